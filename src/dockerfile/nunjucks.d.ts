/** The parts of nunjucks 3.2.4 that its types leave out: how a template becomes code. */
declare module "nunjucks/src/compiler.js" {
  export interface Node {
    readonly lineno: number;
    readonly value: string;
    readonly name: Node;
    readonly target: Node;
    readonly val: Node;
    readonly left: Node;
    readonly right: Node;
    readonly args: { readonly children: readonly Node[] };
  }

  class Compiler {
    constructor(templateName: string, throwOnUndefined: boolean);
    compile(node: unknown, frame?: unknown): void;
    compileSymbol(node: Node, frame: unknown): void;
    compileLookupVal(node: Node, frame: unknown): void;
    compileIs(node: Node, frame: unknown): void;
    compileFilter(node: Node, frame: unknown): void;
    _getNodeName(node: Node): string;
    _emit(code: string): void;
    getCode(): string;
  }

  const compiler: { readonly Compiler: typeof Compiler };
  // biome-ignore lint/style/noDefaultExport: a CommonJS file has no other
  export default compiler;
}

declare module "nunjucks/src/transformer.js" {
  const transformer: { transform(tree: unknown, asyncFilters: readonly string[]): unknown };
  // biome-ignore lint/style/noDefaultExport: a CommonJS file has no other
  export default transformer;
}

declare module "nunjucks/src/parser.js" {
  const parser: { parse(text: string): unknown };
  // biome-ignore lint/style/noDefaultExport: a CommonJS file has no other
  export default parser;
}
