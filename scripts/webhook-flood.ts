// `npm run webhook-flood [-- --jobs N]`: publishes 100,000 events, 50 of each of 2,000 jobs, to a receiver that refuses
// connections, and prints what that leaves in histories, in Temporal's database and in the memory of the worker.
import { readFileSync, statSync } from 'node:fs';
import { Connection } from '@temporalio/client';
import { removeRunFolder, startTestStack } from '../test/fixtures/index.js';
import { floodWebhooks } from '../test/end-to-end/webhook-flood.js';
import { startReceiver, webhookSettings } from '../test/end-to-end/webhook-receiver.js';
import { endWhenInterrupted, readScriptOptions, wholeNumber } from './script-options.js';

const { jobs = '2000' } = readScriptOptions({ jobs: { type: 'string' } });
const JOBS = wholeNumber('jobs', jobs);
const EVENTS_OF_JOB = 50;

endWhenInterrupted('nothing is kept.');
const stack = await startTestStack({ ownTemporal: true });
const receiver = await startReceiver();
await receiver.close();
const worker = await stack.startWorker(
  webhookSettings([{ id: 'dead', url: receiver.url, secrets: [receiver.secret] }]),
);
const connection = await Connection.connect({ address: stack.temporal.address });
const before = figuresNow();
const startedAt = Date.now();
const histories = await floodWebhooks({
  stack,
  connection,
  jobs: JOBS,
  eventsOfJob: EVENTS_OF_JOB,
  eventsOfSignal: 5,
  receivers: ['dead'],
  attempts: 3,
});
console.log({
  events: JOBS * EVENTS_OF_JOB,
  seconds: Math.round((Date.now() - startedAt) / 1000),
  ...histories,
  before,
  after: figuresNow(),
});
await connection.close();
await stack.stop();
await removeRunFolder();

function figuresNow() {
  const status = readFileSync(`/proc/${worker.pid}/status`, 'utf8');
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/u.exec(status) ?? [];
  const { size } = statSync(stack.temporal.databaseFile);
  return {
    workerMegabytes: Math.round(Number(kilobytes) / 1024),
    databaseMegabytes: Math.round(size / 1024 ** 2),
  };
}
