const { createRequire } = require('module');
const { default: Runtime } = require('jest-runtime');

/** Packages that take a second or more to load, and keep nothing from one test for the next. */
const SHARED = /^(aws-cdk-lib|constructs|@cloud-copilot\/[^/]+)(\/|$)/;

const ASYNC_HOOKS = /^(node:)?async_hooks$/;

/**
 * Loads the CDK once for each process of jest, not once for each test file; each file still has everything else to itself
 * (docs/adr/0016). `testEnvironmentOptions.cdk` is the folder whose CDK the tests use, by default that of the project.
 */
module.exports = class SharedCdkRuntime extends Runtime {
  constructor(config, ...others) {
    super(config, ...others);
    this.requireShared = createRequire(`${config.testEnvironmentOptions.cdk ?? config.rootDir}/`);
    this.storages = [];
  }

  requireModule(from, moduleName, ...options) {
    if (SHARED.test(moduleName)) return this.requireShared(moduleName);
    const module = super.requireModule(from, moduleName, ...options);
    return ASYNC_HOOKS.test(moduleName) ? { ...module, AsyncLocalStorage: this.recorded(module.AsyncLocalStorage) } : module;
  }

  /** The class, which records what is made with it. */
  recorded(AsyncLocalStorage) {
    const { storages } = this;
    return class extends AsyncLocalStorage {
      constructor(...args) {
        super(...args);
        storages.push(this);
      }
    };
  }

  /** jest makes a storage for each file and never disables it: every promise of all later files would carry it along. */
  teardown() {
    super.teardown();
    this.storages.forEach((storage) => storage.disable());
  }
};
