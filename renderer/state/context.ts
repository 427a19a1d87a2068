import { createContext } from 'svelte';
import type { App } from './app.svelte.ts';

/** The app, for every component below the frame. */
export const [useApp, provideApp] = createContext<App>();
