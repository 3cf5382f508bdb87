const { createRequire } = require('module');
const path = require('path');
const { default: Runtime } = require('jest-runtime');

/** Packages that take a second or more to load, and keep nothing from one test for the next. */
const SHARED = /^(aws-cdk-lib|constructs|@cloud-copilot\/[^/]+)(\/|$)/;

const JEST_CIRCUS = `${path.sep}jest-circus${path.sep}`;

const ASYNC_HOOKS = /^(node:)?async_hooks$/;

/**
 * Loads the CDK once for each process of jest, not once for each test file; each file still has everything else to itself
 * (docs/adr/0016). `testEnvironmentOptions.cdk` is the folder whose CDK the tests use, by default that of the project.
 */
module.exports = class SharedCdkRuntime extends Runtime {
  constructor(config, ...others) {
    super(config, ...others);
    this.requireShared = createRequire(`${config.testEnvironmentOptions.cdk ?? config.rootDir}/`);
    trustOwnManifests(this.requireShared);
  }

  requireModule(from, moduleName, ...options) {
    if (SHARED.test(moduleName)) return this.requireShared(moduleName);
    const module = super.requireModule(from, moduleName, ...options);
    const isOfJest = ASYNC_HOOKS.test(moduleName) && from.includes(JEST_CIRCUS);
    return isOfJest ? { ...module, AsyncLocalStorage: withoutStorage(module.AsyncLocalStorage) } : module;
  }
};

/**
 * jest keeps the running test in a storage, which every promise carries along: tests of promises take a tenth longer. Without it,
 * an error that nobody waits for fails the file instead of the test.
 */
function withoutStorage(AsyncLocalStorage) {
  return class extends AsyncLocalStorage {
    run(_store, callback, ...args) {
      return callback(...args);
    }
  };
}

/** The CDK checks what it has just written against a schema, twice: a sixth of the time. It does so for the examples. */
function trustOwnManifests(requireShared) {
  const { Manifest } = createRequire(requireShared.resolve('aws-cdk-lib'))('@aws-cdk/cloud-assembly-schema');
  Manifest.validate = () => {};
}
