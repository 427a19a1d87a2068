/** Going to another workspace: a backend has one for its life, so the shell is told where to, ends this backend and starts another. */
import { AppError } from './api/errors.ts';
import type { Api } from './api/index.ts';
import { parseRequest } from './api/schemas.ts';
import type { Departure } from './api/workspace.ts';
import { bundleFolder } from './folders.ts';

/** An engine, as far as it is asked here. */
interface Departing {
  readonly api: Api;
  unpackBundle(token: string, parent: string): Promise<string>;
}

/** The services of a workspace whose shell listens to `leave`. */
export function withDepartures({ api, unpackBundle }: Departing, leave: (departure: Departure) => void): Api {
  return {
    ...api,
    workspace: {
      ...api.workspace,
      async openDemo(request) {
        parseRequest('workspace', 'openDemo', request);
        leave('demo');
      },
      async resetDemo(request) {
        parseRequest('workspace', 'resetDemo', request);
        const { demo, folder } = await api.workspace.status({});
        if (!demo) throw new AppError('invalid', `${folder} is not the demo workspace, so nothing was reset.`);
        leave('start');
      },
      async openBundle(request) {
        const { file } = parseRequest('workspace', 'openBundle', request) as { readonly file: string };
        leave({ folder: await unpackBundle(file, bundleFolder()) });
      },
    },
  };
}
