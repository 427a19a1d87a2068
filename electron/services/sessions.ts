/** Recorded sessions: counts, pages, single ones. */
import { getSession, listSessions, readSessionStats } from '../../db/sessions.ts';
import type { SessionsApi } from '../api/sessions.ts';
import type { Context } from './context.ts';

export function createSessionsService({ workspace }: Context): SessionsApi {
  const db = workspace.reader;
  return {
    async stats() {
      return readSessionStats(db);
    },
    async list(request) {
      return listSessions(db, request);
    },
    async get({ sessionId }) {
      return getSession(db, sessionId);
    },
  };
}
