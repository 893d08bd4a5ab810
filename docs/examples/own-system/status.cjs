// Prints the state of a job, from a CommonJS program:
//   node status.cjs agreement-2041
const { SigningClient } = require('@signering/client');

async function main([reference]) {
  const client = await SigningClient.connect();
  try {
    const { state, waitingFor = [] } = await client.getJob(reference);
    console.log(`${state}, waiting for ${waitingFor.length} of the signers`);
  } finally {
    await client.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
