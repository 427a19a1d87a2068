/** What goes into the desktop package (`npm run package`). JavaScript because electron-builder reads it itself. */

/** Exclusions stand in each platform's own list: in the common one they do not reach the modules that electron-builder collects. */
const filesFor = (platform, sqlite) => [
  'dist/main/**',
  'dist/renderer/**',
  'package.json',
  // Everything that vite has put into the bundles already.
  '!**/node_modules/{entities,fflate,graceful-fs,jschardet,node-int64,papaparse,read-excel-file,saxen,saxes,unzipper-esm,worker-f,ws,xmlchars,zod}/**',
  // What only the install script of onnxruntime-node needs.
  '!**/node_modules/onnxruntime-node/{script,lib}/**',
  '!**/node_modules/{adm-zip,global-agent}/**',
  // Native code of other platforms. `${arch}` is filled in; there is no such macro for the platform.
  `!**/node_modules/onnxruntime-node/bin/napi-v6/!(${platform})/**`,
  `!**/node_modules/onnxruntime-node/bin/napi-v6/${platform}/!(\${arch})/**`,
  '!**/node_modules/better-sqlite3/{deps,src}/**',
  '!**/node_modules/better-sqlite3/binding.gyp',
  `!**/node_modules/better-sqlite3/prebuilds/!(${sqlite}-\${arch}.node)`,
  // Node itself, which only a checkout needs, and types, maps and papers.
  '!**/node_modules/node-*-*/**',
  '!**/node_modules/{node-addon-api,electron}/**',
  '!**/*.{map,d.ts,d.mts,md}',
  '!**/node_modules/onnxruntime-common/{lib,dist/esm}/**',
];

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.shelfsight.app',
  productName: 'Shelfsight',
  directories: { output: 'dist/package', buildResources: 'build/icons' },
  extraMetadata: { main: 'dist/main/main.js' },
  asar: true,
  // Shared libraries lie beside the addon and are found by path: neither can stay in the archive.
  asarUnpack: ['**/*.node', '**/node_modules/onnxruntime-node/bin/**'],
  // Both addons use Node-API only and run in any Node and Electron.
  npmRebuild: false,
  nodeGypRebuild: false,
  electronLanguages: ['en-US', 'en'],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    // Integrity is checked on macOS and Windows; on Linux there is nothing it could be bound to.
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: { target: ['AppImage', 'deb'], category: 'Office', icon: 'build/icons/icon.png', maintainer: 'Shelfsight', files: filesFor('linux', 'linux') },
  win: { target: ['nsis'], icon: 'build/icons/icon.png', files: filesFor('win32', 'win32') },
  mac: { target: [{ target: 'dmg', arch: ['arm64'] }], icon: 'build/icons/icon.png', category: 'public.app-category.business', files: filesFor('darwin', 'darwin') },
};
