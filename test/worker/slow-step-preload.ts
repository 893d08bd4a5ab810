import { AsyncLocalStorage } from 'node:async_hooks';
import { createContext, Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

// Loaded into a worker with `--import`, which its threads do too: the first step of a workflow takes six seconds.

const SLOW = `(async () => {
  await null;
  const end = Date.now() + 6000;
  while (Date.now() < end);
})()`;

if (!isMainThread) {
  // As the SDK does. Node keeps track of asynchronous calls for it.
  new AsyncLocalStorage().enterWith({});
  const prototype = Script.prototype as unknown as {
    runInContext: (this: Script, ...args: Parameters<Script['runInContext']>) => unknown;
  };
  const real = prototype.runInContext;
  let isFirst = true;
  prototype.runInContext = function (this: Script, context, options) {
    const timeout = typeof options === 'object' ? options.timeout : undefined;
    if (isFirst && timeout !== undefined) {
      isFirst = false;
      real.call(new Script(SLOW), createContext({}, { microtaskMode: 'afterEvaluate' }), {
        timeout,
      });
    }
    return real.call(this, context, options);
  };
}
