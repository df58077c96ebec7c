/// <reference path="./nunjucks.d.ts" />
import type { Environment } from "nunjucks";
import compiler, { type Node } from "nunjucks/src/compiler.js";
import parser from "nunjucks/src/parser.js";
import transformer from "nunjucks/src/transformer.js";

/** A name that a template uses and nobody defined. nunjucks hands errors that have a `lineno` on as they are. */
export class UndefinedName extends Error {
  /** The line that uses it, from 1. */
  readonly lineno: number;
  /** The name alone, `nodee`, and the names there are in its place. */
  readonly key: string;
  readonly known: readonly string[];

  constructor(written: string, key: string, known: readonly string[], lineno: number) {
    super(`"${written}" is not defined`);
    this.key = key;
    this.known = known;
    this.lineno = lineno;
  }
}

/**
 * Compiles a template in which every undefined name is an error, as with Jinja's StrictUndefined.
 *
 * nunjucks's own option finds only what is printed, and without its name. `is defined` and `default` may ask.
 * The result is what nunjucks's loaders take as precompiled; it needs the environment of `makeStrict`.
 */
export function compileStrict(name: string, text: string): object {
  const strict = new StrictCompiler(name, true);
  strict.compile(transformer.transform(parser.parse(text), []));
  return new Function(strict.getCode())();
}

/** Gives an environment the two look-ups that strictly compiled templates call. Templates cannot write their names. */
export function makeStrict(environment: Environment): Environment {
  return environment.addFilter(":name", lookUpName).addFilter(":member", lookUpMember);
}

function lookUpName(this: { readonly ctx: object }, value: unknown, name: string, line: number): unknown {
  if (value === undefined) throw new UndefinedName(name, name, Object.keys(this.ctx), line);
  return value;
}

function lookUpMember(owner: object, key: string, written: string, line: number): unknown {
  const value: unknown = Reflect.get(Object(owner ?? {}), key);
  if (value === undefined) throw new UndefinedName(written, key, Object.keys(owner ?? {}), line);
  return typeof value === "function" ? value.bind(owner) : value;
}

class StrictCompiler extends compiler.Compiler {
  #asking = false;

  override compileSymbol(node: Node, frame: unknown): void {
    this._emit(this.#asking ? "(" : 'env.getFilter(":name").call(context, ');
    super.compileSymbol(node, frame);
    this._emit(this.#asking ? ")" : `, ${JSON.stringify(node.value)}, ${node.lineno + 1})`);
  }

  override compileLookupVal(node: Node, frame: unknown): void {
    this._emit(this.#asking ? "runtime.memberLookup(" : 'env.getFilter(":member")(');
    this.compile(node.target, frame);
    this._emit(", ");
    this.compile(node.val, frame);
    this._emit(this.#asking ? ")" : `, ${JSON.stringify(this.#written(node))}, ${node.lineno + 1})`);
  }

  override compileIs(node: Node, frame: unknown): void {
    const asks = node.right.value === "defined" || node.right.value === "undefined";
    this.#while(asks || this.#asking, () => super.compileIs(node, frame));
  }

  /** As the original, but that the value of `default` may be undefined. */
  override compileFilter(node: Node, frame: unknown): void {
    const asks = node.name.value === "default" || node.name.value === "d";
    this._emit(`env.getFilter(${JSON.stringify(node.name.value)}).call(context`);
    for (const [i, argument] of node.args.children.entries()) {
      this._emit(", ");
      this.#while(asks && i === 0, () => this.compile(argument, frame));
    }
    this._emit(")");
  }

  #while(asking: boolean, work: () => void): void {
    const before = this.#asking;
    this.#asking = asking;
    work();
    this.#asking = before;
  }

  /** `versions.nodee`, as most people write it. */
  #written(node: Node): string {
    const key = this._getNodeName(node.val);
    return /^\w+$/.test(key) ? `${this._getNodeName(node.target)}.${key}` : this._getNodeName(node);
  }
}
