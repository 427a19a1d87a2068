/** The version of package.json, as text in the bundle. */
import about from '../package.json' with { type: 'json' };

export const version = about.version;
