/** A daemon that this tool needs: started when needed, found again by the next command, ended by `stop`. */
export interface Service {
  readonly name: string;
  /**
   * Gives it running and ready: finds it or starts it. Two commands at once share one.
   *
   * @throws ImagesError of kind `service`: what was tried, the last lines of its log, the way out.
   */
  start(signal?: AbortSignal): Promise<ServiceState>;
  /** Ends it with all its processes; false when there was nothing of ours to end. */
  stop(): Promise<boolean>;
  status(): Promise<ServiceState>;
}

/** What is known of a service. */
export interface ServiceState {
  readonly name: string;
  /** `unreachable`: it should run, but does not answer. */
  readonly state: "running" | "stopped" | "unreachable";
  /** As its clients take it: `unix:///run/…/buildkitd.sock`, `localhost:5050`. */
  readonly address: string;
  readonly mode?: ServiceMode;
  readonly pid?: number;
  readonly version?: string;
  /** ISO 8601. */
  readonly since?: string;
}

/** How it runs: as this user, rootless, in a container, or `foreign`: not ours, only connected to. */
export type ServiceMode = "native" | "rootless" | "container" | "foreign";

/** The tool's own folders. */
export interface ServicePaths {
  /** Sockets, records and locks; only the user can enter. */
  readonly runtime: string;
  /** Data of the services. */
  readonly state: string;
}

/** Takes word of services that are started, which takes long enough to be told. */
export type ServiceListener = (event: {
  readonly type: "service";
  readonly service: string;
  readonly state: "starting" | "started";
  readonly detail: string;
}) => void;
