// The workflow that the bench `end-to-end` compares with: activities that do nothing, one after the other.
import { proxyActivities } from '@temporalio/workflow';

const { doNothing } = proxyActivities<{ doNothing: () => Promise<void> }>({
  startToCloseTimeout: '1 minute',
});

export async function emptyWorkflow(order: { readonly activities: number }): Promise<void> {
  for (let done = 0; done < order.activities; done += 1) await doNothing();
}
