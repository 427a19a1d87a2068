/** A WebSocket as `Port`: one JSON text per frame. The server side; the client side is renderer/connect.ts. */
import type { WebSocket } from 'ws';
import type { Port } from './channel.ts';

/** A frame holds at most a chunk of 1 MiB in base64, or a long list of SKUs. */
export const largestFrame = 16 * 2 ** 20;
/** What a page that stopped reading may leave unsent before its socket is closed; it connects again when it wakes. */
const largestBacklog = 64 * 2 ** 20;

/** Codes of RFC 6455: not understood, invalid data, try again. */
export const closeCodes = { unsupported: 1003, invalid: 1007, restart: 1012 } as const;

export function socketPort(socket: WebSocket): Port {
  return {
    post(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > largestBacklog) socket.terminate();
      else socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        if (isBinary) return socket.close(closeCodes.unsupported, 'text frames only');
        let message: unknown;
        try {
          message = JSON.parse(String(data));
        } catch {
          return socket.close(closeCodes.invalid, 'not JSON');
        }
        listener(message);
      });
    },
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(closeCodes.restart, 'the backend ended'),
  };
}
