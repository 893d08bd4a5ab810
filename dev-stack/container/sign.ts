// Lets a signer at the sandbox in containers sign: node dev-stack/dist/container/sign.js JOB SIGNER
// From outside its container nobody reaches the sandbox's admin interface, which listens on loopback only.
import { sandboxAdmin } from '../processes/index.js';
import { readAnnouncement } from './announcement-file.js';

const [job = '', signer = '1'] = process.argv.slice(2);
await sandboxAdmin(readAnnouncement().adminUrl).act(job, Number(signer), 'sign');
console.log(`Signer ${signer} of job ${job} has signed.`);
