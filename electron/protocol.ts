/** Registers `app://` with Electron; what it answers is app-scheme.ts. */
import { protocol, type Session } from 'electron';
import { answerScreen, scheme } from './app-scheme.ts';

/** Before `ready`. Standard: relative addresses and origins work as on the web. Secure: a trustworthy origin. No way round the policy. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

export function serveScreens(session: Session, screens: string): void {
  session.protocol.handle(scheme, (request) => answerScreen(screens, request));
}
