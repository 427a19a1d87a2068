/** Versions of package.json, as text in the bundle. */
import about from '../package.json' with { type: 'json' };

export const version = about.version;

/** What computes and stores, for reports. */
export const libraries: Readonly<Record<string, string>> = {
  Node: process.versions.node,
  ...(process.versions['electron'] === undefined ? {} : { Electron: process.versions['electron'] }),
  'onnxruntime-node': about.dependencies['onnxruntime-node'],
  'better-sqlite3': about.dependencies['better-sqlite3'],
};
