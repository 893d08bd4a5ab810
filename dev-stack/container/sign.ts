// Signs for a signer at the sandbox in containers: node dev-stack/dist/container/sign.js JOB SIGNER
// The sandbox's admin interface listens on loopback only, so it cannot be reached from outside its container.
import { sandboxAdmin } from '../processes/index.js';
import { readAnnouncement } from './announcement-file.js';

const [job = '', signer = '1'] = process.argv.slice(2);
await sandboxAdmin(readAnnouncement().adminUrl).act(job, Number(signer), 'sign');
console.log(`Signer ${signer} of job ${job} has signed.`);
