/** The one door to the services, whoever calls: requests are checked against the schema table, expected failures get the contract's codes. */
import { StorageError } from '../../db/errors.ts';
import { describeFault } from '../../db/faults.ts';
import { ConfigError } from '../../models/config.ts';
import { AppError } from '../api/errors.ts';
import { methods, type Api } from '../api/index.ts';
import { parseRequest } from '../api/schemas.ts';

type Method = (request: unknown) => Promise<unknown>;

/** `folder`: of the workspace. */
export function guard(services: Api, folder: string): Api {
  const table = services as unknown as Record<string, Record<string, Method>>;
  return Object.fromEntries(
    Object.entries(methods).map(([service, names]) => [
      service,
      Object.fromEntries(Object.keys(names).map((method) => [method, guardMethod(service, method, (request) => table[service]![method]!(request), folder)])),
    ]),
  ) as unknown as Api;
}

function guardMethod(service: string, method: string, call: Method, folder: string): Method {
  return async (request) => {
    const parsed = parseRequest(service, method, request);
    try {
      return await call(parsed);
    } catch (error) {
      throw expected(error, folder);
    }
  };
}

/** Failures that the lower layers foresee, in the words they chose; anything else is a bug and passes through. */
export function expected(error: unknown, folder: string): unknown {
  if (error instanceof StorageError) return new AppError(error.code, error.message, { cause: error });
  if (error instanceof ConfigError) return new AppError('invalid', error.message, { cause: error });
  const fault = describeFault(error, folder);
  return fault === null ? error : new AppError(fault.code, fault.message, { cause: error });
}
