/** MessagePorts as `Port`: Electron's between renderer, backend and compute; Node's own in tests. Values cross by structured clone. */
import type { Port } from './channel.ts';

/** What `worker_threads.MessagePort` and Electron's `MessagePortMain` have in common. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  on(event: string, listener: (message: unknown) => void): unknown;
  start(): void;
  close(): void;
}

/** Electron wraps what arrives in an event with a `data` field; Node hands over the message itself. */
export function portOf(port: MessagePortLike, wrapped: 'wrapped' | 'plain'): Port {
  let open = true;
  port.on('close', () => (open = false));
  return {
    post: (message) => void (open && port.postMessage(message)),
    onMessage(listener) {
      port.on('message', (message) => listener(wrapped === 'wrapped' ? (message as { readonly data: unknown }).data : message));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}
