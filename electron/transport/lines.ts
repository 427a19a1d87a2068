/** Several lines over the one message pipe that a parent and its child share (`child_process` IPC). */
import type { Port } from './channel.ts';

export type LineMessage =
  | { readonly kind: 'open'; readonly line: number }
  | { readonly kind: 'message'; readonly line: number; readonly message: unknown }
  | { readonly kind: 'close'; readonly line: number }
  /** Child to parent, outside of any line. */
  | { readonly kind: 'say'; readonly words: unknown }
  /** Parent to child: end yourself in good order. */
  | { readonly kind: 'stop' };

export interface Lines {
  /** Opens a line; the other side's `onConnection` gets its end. */
  connect(): Port;
  receive(message: LineMessage): void;
  askToStop(): void;
  closeAll(): void;
}

export interface LineListeners {
  onConnection?(port: Port): void;
  onStop?(): void;
  onSaid?(words: unknown): void;
}

interface Line {
  readonly messages: Set<(message: unknown) => void>;
  readonly closes: Set<() => void>;
}

export function openLines(send: (message: LineMessage) => void, listeners: LineListeners = {}): Lines {
  const open = new Map<number, Line>();
  let lastLine = 0;

  function end(number: number): void {
    const line = open.get(number);
    if (!line) return;
    open.delete(number);
    for (const listener of line.closes) listener();
  }

  function portOf(number: number): Port {
    const line: Line = { messages: new Set(), closes: new Set() };
    open.set(number, line);
    return {
      post: (message) => void (open.has(number) && send({ kind: 'message', line: number, message })),
      onMessage: (listener) => void line.messages.add(listener),
      onClose: (listener) => void line.closes.add(listener),
      close() {
        if (!open.has(number)) return;
        send({ kind: 'close', line: number });
        end(number);
      },
    };
  }

  return {
    connect() {
      const number = ++lastLine;
      const port = portOf(number);
      send({ kind: 'open', line: number });
      return port;
    },
    receive(message) {
      switch (message.kind) {
        case 'open':
          return listeners.onConnection?.(portOf(message.line));
        case 'message':
          for (const listener of open.get(message.line)?.messages ?? []) listener(message.message);
          return;
        case 'close':
          return end(message.line);
        case 'stop':
          return listeners.onStop?.();
        case 'say':
          return listeners.onSaid?.(message.words);
        default:
          throw new Error(`unknown line message ${JSON.stringify(message satisfies never)}`);
      }
    },
    askToStop: () => send({ kind: 'stop' }),
    closeAll() {
      for (const number of [...open.keys()]) end(number);
    },
  };
}
