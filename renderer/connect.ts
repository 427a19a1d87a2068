/**
 * The screens' one way to the backend. Electron hands over a MessagePort (which carries objects), the browser host a WebSocket
 * (which carries their JSON); the messages are those of `electron/api/wire.ts`.
 */
import type { ErrorCode } from '../electron/api/errors.ts';
import type { Api, Events, ServiceName } from '../electron/api/index.ts';
import type { Call, EventMessage, PreloadBridge, Reply } from '../electron/api/wire.ts';

export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'gone';

/** A call that failed. `backend-lost`: the answer can no longer arrive; asking again is safe for everything that only reads. */
export class CallError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'CallError';
    this.code = code;
  }
}

/** What a carrier does for us: sends calls until it is closed. */
export type Send = (call: Call) => void;

/** Opens a carrier and says when it opens, speaks and closes. */
export type OpenCarrier = (on: { open(send: Send): void; message(message: Reply | EventMessage): void; close(): void }) => void;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallError) => void;
}

/** Waits between attempts, in milliseconds; a restarted backend is back within a second or two. */
const retryWaits = [250, 500, 1000, 2000, 4000];

export class Connection {
  readonly api: Api;
  state: ConnectionState = 'connecting';
  readonly #openCarrier: OpenCarrier;
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: Call[] = [];
  readonly #handlers = new Map<keyof Events, Set<(value: never) => void>>();
  readonly #stateHandlers = new Set<(state: ConnectionState) => void>();
  #send: Send | null = null;
  #lastId = 0;
  #failures = 0;

  constructor(openCarrier: OpenCarrier) {
    this.#openCarrier = openCarrier;
    this.api = this.#proxy();
    this.#connect();
  }

  /** Hears an event until the returned function is called. */
  on<E extends keyof Events>(event: E, handler: (value: Events[E]) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler as (value: never) => void));
    return () => handlers.delete(handler as (value: never) => void);
  }

  onState(handler: (state: ConnectionState) => void): () => void {
    this.#stateHandlers.add(handler);
    return () => this.#stateHandlers.delete(handler);
  }

  /** Calls `service.method`. Before the first opening, calls wait; after a loss they fail at once and the user sees why. */
  call(service: ServiceName, method: string, request: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    const call = { id, service, method, request };
    return new Promise((resolve, reject) => {
      if (this.#send === null && this.state !== 'connecting') return reject(lost());
      this.#pending.set(id, { resolve, reject });
      if (this.#send === null) this.#waiting.push(call);
      else this.#send(call);
    });
  }

  #proxy(): Api {
    const services = new Map<string, object>();
    const service = (name: ServiceName): object =>
      new Proxy({}, { get: (_target, method) => (typeof method === 'string' ? (request: unknown) => this.call(name, method, request) : undefined) });
    return new Proxy({} as Api, {
      get: (_target, name) => {
        if (typeof name !== 'string') return undefined;
        if (!services.has(name)) services.set(name, service(name as ServiceName));
        return services.get(name);
      },
    });
  }

  #connect(): void {
    this.#openCarrier({
      open: (send) => {
        this.#failures = 0;
        this.#send = send;
        for (const call of this.#waiting.splice(0)) send(call);
        this.#enter('open');
      },
      message: (message) => this.#receive(message),
      close: () => this.#lose(),
    });
  }

  #receive(message: Reply | EventMessage): void {
    if ('event' in message) {
      for (const handler of this.#handlers.get(message.event as keyof Events) ?? []) handler(message.data as never);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.ok) pending?.resolve(message.value);
    else pending?.reject(new CallError(message.code, message.message));
  }

  #lose(): void {
    this.#send = null;
    this.#waiting.length = 0;
    for (const pending of this.#pending.values()) pending.reject(lost());
    this.#pending.clear();
    const wait = retryWaits[Math.min(this.#failures, retryWaits.length - 1)]!;
    this.#failures += 1;
    this.#enter(this.#failures > retryWaits.length ? 'gone' : 'reconnecting');
    setTimeout(() => this.#connect(), wait);
  }

  #enter(state: ConnectionState): void {
    this.state = state;
    for (const handler of this.#stateHandlers) handler(state);
  }
}

function lost(): CallError {
  return new CallError('backend-lost', 'The connection to the workspace was lost before the answer came. It is being opened again; try once more when it is back.');
}

export const connect = (): Connection => {
  const shell = (window as { readonly shelfsight?: PreloadBridge }).shelfsight;
  return new Connection(shell === undefined ? openSocket : openPort(shell));
};

const openSocket: OpenCarrier = (on) => {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/channel`);
  socket.addEventListener('open', () => on.open((call) => socket.send(JSON.stringify(call))));
  socket.addEventListener('message', (event: MessageEvent<string>) => on.message(JSON.parse(event.data) as Reply | EventMessage));
  socket.addEventListener('close', () => on.close());
};

const openPort =
  (shell: PreloadBridge): OpenCarrier =>
  (on) => {
    const receive = (event: MessageEvent): void => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== 'shelfsight.port' || port === undefined) return;
      window.removeEventListener('message', receive);
      port.addEventListener('message', (message: MessageEvent<Reply | EventMessage>) => on.message(message.data));
      port.addEventListener('close', () => on.close());
      port.start();
      on.open((call) => port.postMessage(call));
    };
    window.addEventListener('message', receive);
    shell.connect();
  };
