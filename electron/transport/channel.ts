/**
 * Typed calls and events over any carrier of messages. The API is written once, as an interface: the client below is derived
 * from it, the allow-list (`methods`) is typed by it, and nothing else restates it. After vscode's native.ts and its proxy.
 */
import { AppError, isAppError, type ErrorCode } from '../api/errors.ts';
import type { Call, EventMessage, Reply } from '../api/wire.ts';

/** One end of a line between two processes. Messages arrive in order; after `onClose` nothing arrives any more. */
export interface Port {
  /** Does nothing once the line is closed. */
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** An allow-list of every method of an API: a missing or extra name does not compile. */
export type Allowed<A> = { readonly [S in keyof A]: { readonly [M in keyof A[S]]: true } };

/** One checker per method: `unknown` in, the typed request out, or an `AppError('invalid')`. */
export type Parse = (service: string, method: string, request: unknown) => unknown;

export interface Client<A, E> {
  readonly api: A;
  /** Returns the function that ends the subscription. */
  on<Name extends keyof E & string>(name: Name, listener: (data: E[Name]) => void): () => void;
  /** Fails every call in flight and every later one with this reason. Safe to call twice. */
  fail(code: ErrorCode, message: string): void;
}

export interface ClientOptions {
  /** The kind of error that calls in flight end with when the line closes. */
  readonly lost: ErrorCode;
  readonly lostMessage: string;
}

/** The calling end of a port. */
export function createClient<A, E = Record<never, never>>(port: Port, allowed: Allowed<A>, options: ClientOptions): Client<A, E> {
  const inFlight = new Map<number, { resolve(value: unknown): void; reject(error: AppError): void }>();
  const listeners = new Map<string, Set<(data: never) => void>>();
  let lastId = 0;
  let failure: { readonly code: ErrorCode; readonly message: string } | null = null;

  function fail(code: ErrorCode, message: string): void {
    failure ??= { code, message };
    for (const call of inFlight.values()) call.reject(new AppError(failure.code, failure.message));
    inFlight.clear();
  }

  port.onClose(() => fail(options.lost, options.lostMessage));
  port.onMessage((message) => {
    if (isEvent(message)) {
      for (const listener of listeners.get(message.event) ?? []) listener(message.data as never);
      return;
    }
    const reply = message as Reply;
    const call = inFlight.get(reply.id);
    if (!call) return;
    inFlight.delete(reply.id);
    if (reply.ok) call.resolve(reply.value);
    else call.reject(new AppError(reply.code, reply.message));
  });

  function call(service: string, method: string, request: unknown): Promise<unknown> {
    if (failure) return Promise.reject(new AppError(failure.code, failure.message));
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      inFlight.set(id, { resolve, reject });
      port.post({ id, service, method, request } satisfies Call);
    });
  }

  return {
    api: mapMethods(allowed, (service, method) => (request: unknown) => call(service, method, request)),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => void set.delete(listener);
    },
    fail,
  };
}

/** Builds an API of the allow-list's shape, one function per method. */
export function mapMethods<A>(allowed: Allowed<A>, build: (service: string, method: string) => (request: unknown) => Promise<unknown>): A {
  const services = Object.entries(allowed) as [string, Record<string, true>][];
  return Object.fromEntries(
    services.map(([service, names]) => [service, Object.fromEntries(Object.keys(names).map((method) => [method, build(service, method)]))]),
  ) as A;
}

export interface ServeOptions<A> {
  readonly services: A;
  readonly allowed: Allowed<A>;
  readonly parse?: Parse;
  /** Where a bug (anything but an `AppError`) is written, with its stack. */
  readonly onBug: (name: string, error: unknown) => void;
}

/** The answering end of a port. Returns the function that sends events to it. */
export function serve<A, E = Record<never, never>>(port: Port, options: ServeOptions<A>): <Name extends keyof E & string>(name: Name, data: E[Name]) => void {
  port.onMessage((message) => {
    if (!isCall(message)) return; // no id to answer to: a client of ours never sends it
    void answer(message, options).then((reply) => port.post(reply));
  });
  return (event, data) => port.post({ event, data } satisfies EventMessage);
}

async function answer<A>(call: Call, options: ServeOptions<A>): Promise<Reply> {
  const { id, service, method } = call;
  const name = `${String(service).slice(0, 40)}.${String(method).slice(0, 40)}`;
  try {
    const names = own(options.allowed, service);
    if (!names || own(names, method) !== true) throw new AppError('invalid', `There is no method ${name}.`);
    const request = options.parse ? options.parse(service, method, call.request) : call.request;
    const target = (options.services as Record<string, Record<string, (request: unknown) => Promise<unknown>>>)[service];
    return { id, ok: true, value: await target![method]!(request) };
  } catch (error) {
    if (isAppError(error)) return { id, ok: false, code: error.code, message: error.message };
    options.onBug(name, error);
    return { id, ok: false, code: 'internal', message: error instanceof Error ? error.message : String(error) };
  }
}

function own(object: object, name: unknown): unknown {
  return typeof name === 'string' && Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

function isCall(message: unknown): message is Call {
  return typeof message === 'object' && message !== null && 'id' in message && Number.isSafeInteger(message.id) && 'service' in message && 'method' in message;
}

function isEvent(message: unknown): message is EventMessage {
  return typeof message === 'object' && message !== null && 'event' in message && typeof message.event === 'string';
}

/** Joins two ports: what one receives the other posts, and both close together. */
export function relay(one: Port, other: Port): void {
  one.onMessage((message) => other.post(message));
  other.onMessage((message) => one.post(message));
  one.onClose(() => other.close());
  other.onClose(() => one.close());
}
