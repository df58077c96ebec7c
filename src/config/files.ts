/** The project's files as resolving sees them: synchronous, paths relative to the project, `/` between the parts. */
export interface ProjectFiles {
  /** Whether a file or folder is there. */
  exists(path: string): boolean;
  /** Whether a folder is there. */
  folder(path: string): boolean;
  /** The text of a file that exists. */
  read(path: string): string;
}
