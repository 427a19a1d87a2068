/** The run that train.test.ts kills and takes up again: many short epochs, so that kills fall before, into and after checkpoints. */
export const killedSessions = 60;
export const killedSettings = { epochs: 16, batch: 32, patience: 100 } as const;
