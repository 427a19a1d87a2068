/** Who hears of what happens in an engine. */
import type { Events } from '../api/index.ts';
import type { Emit } from './context.ts';

export interface Listening {
  /** Every event of every kind; returns the function that ends the subscription. */
  onEvent(listener: Emit): () => void;
  on<Name extends keyof Events>(name: Name, listener: (data: Events[Name]) => void): () => void;
}

export function createListeners(): Listening & { readonly emit: Emit } {
  const listeners = new Set<Emit>();
  const onEvent = (listener: Emit): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    emit: (name, data) => listeners.forEach((listener) => listener(name, data)),
    onEvent,
    on: (name, listener) => onEvent((other, data) => void ((other as string) === name && listener(data as never))),
  };
}
