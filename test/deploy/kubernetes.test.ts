import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { SETTINGS } from '@signering/settings';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/index.js';
import { ask, requireJudge } from '../judges.js';

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Container = z.object({
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  startupProbe: Probe,
  readinessProbe: Probe,
  livenessProbe: Probe,
  volumeMounts: z.array(z.looseObject({ mountPath: z.string() })),
});
const Deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.number(),
    strategy: z.object({ rollingUpdate: z.object({ maxSurge: z.number() }) }).optional(),
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: z.number().optional(),
        containers: z.tuple([Container]),
      }),
    }),
  }),
});
const isDeployment = (object: unknown): object is z.infer<typeof Deployment> =>
  Deployment.safeParse(object).success;

/** The version whose schemas check the manifests: the oldest that is supported. */
const KUBERNETES = '1.33';
const OVERLAYS = ['example', 'example-build'];

describe('deploy/kubernetes/', () => {
  for (const overlay of OVERLAYS) {
    describe(`overlays/${overlay}`, () => {
      const envOf = (name: string) =>
        parseEnv(readProjectFile(`deploy/kubernetes/overlays/${overlay}/${name}.env`));
      let manifests: string;
      let file: string;
      let deployments: readonly z.infer<typeof Deployment>[];

      before(async function () {
        requireJudge(this, 'kustomize');
        const folder = join(PROJECT, 'deploy', 'kubernetes', 'overlays', overlay);
        const built = await ask('kustomize', ['build', folder]);
        assert.equal(built.exitCode, 0, built.output);
        manifests = built.output;
        file = join(freshFolder('kubernetes'), 'manifests.yaml');
        writeFileSync(file, manifests);
        deployments = loadAll(manifests).filter(isDeployment);
        assert.ok(deployments.length > 0);
      });

      it('is accepted by the schemas of Kubernetes', async function () {
        requireJudge(this, 'kubernetes-validate');
        const { exitCode, output } = await ask('kubernetes-validate', ['-k', KUBERNETES, '--strict', file]);
        assert.equal(exitCode, 0, output);
        const unknown = output.split('\n').filter((line) => line.startsWith('WARN'));
        // A custom resource.
        assert.deepEqual(
          unknown.filter((line) => !line.includes('kind PodMonitor')),
          [],
        );
      });

      it('is accepted by kube-score', async function () {
        requireJudge(this, 'kube-score');
        // Topology spread constraints do the same as anti-affinity.
        const options = ['--ignore-test', 'deployment-has-host-podantiaffinity'];
        const args = ['score', '--output-format', 'ci', ...options, file];
        const { output } = await ask('kube-score', args);
        assert.match(output, /^\[OK\]/mu);
        assert.deepEqual(
          output.split('\n').filter((line) => /^\[(WARNING|CRITICAL)\]/u.test(line)),
          [],
        );
      });

      it('never runs more workers than share the rate limit', () => {
        const { replicas, strategy } = deployments.find(({ metadata }) =>
          metadata.name.startsWith('signering-worker'),
        )!.spec;
        assert.equal(strategy?.rollingUpdate.maxSurge, 0);
        const processes = Number(envOf('worker')['SIGNERING_API_PROCESSES']);
        if (overlay === 'example') assert.equal(replicas, processes);
        // Beside as many of the other build.
        else assert.ok(2 * replicas <= processes);
      });

      it('restarts no pod because it is not ready', () => {
        for (const { spec } of deployments) {
          const [container] = spec.template.spec.containers;
          assert.equal(container.readinessProbe.httpGet.path, '/readyz');
          assert.equal(container.livenessProbe.httpGet.path, '/healthz');
          assert.equal(container.startupProbe.httpGet.path, '/healthz');
        }
      });

      it('mounts secrets as folders, so that a pod sees a renewed certificate', () => {
        for (const { spec } of deployments) {
          const [{ volumeMounts }] = spec.template.spec.containers;
          assert.ok(volumeMounts.some(({ mountPath }) => mountPath === '/run/secrets/signering'));
          // The kubelet does not update what is mounted with subPath.
          for (const mount of volumeMounts) assert.ok(!('subPath' in mount), mount.mountPath);
        }
      });

      it('sets only settings of this product', () => {
        const known = new Set<string>(SETTINGS.map(({ name }) => name));
        const files = deployments.map(
          ({ metadata }) => /^signering-(worker|codec-server|sender-portal)/u.exec(metadata.name)?.[1] ?? '',
        );
        const named = [
          ...files.flatMap((name) => Object.keys(envOf(name))),
          ...deployments.flatMap(({ spec }) => spec.template.spec.containers[0].env.map(({ name }) => name)),
        ];
        const unknown = named.filter((name) => name.startsWith('SIGNERING_') && !known.has(name));
        assert.deepEqual(unknown, []);
      });
    });
  }
});
