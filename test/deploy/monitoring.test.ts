import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { codeWords, tableRowsUnder } from '../docs/markdown.js';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/index.js';
import { ask, requireJudge } from '../judges.js';

const Rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
});
const Rules = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(Rule) })) });
const RuleTests = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});
const Dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

/** What others export: Prometheus, its blackbox exporter and kube-state-metrics. */
const METRICS_OF_OTHERS = ['up', 'probe_success', 'kube_pod_status_ready'];

const FOLDER = join(PROJECT, 'deploy', 'monitoring');
const operating = readProjectFile('docs/operating.md');
const rules = Rules.parse(load(readProjectFile('deploy/monitoring/alerts.yml'))).groups.flatMap(
  (group) => group.rules,
);
const expressionsOfDashboard = Dashboard.parse(
  JSON.parse(readProjectFile('deploy/monitoring/dashboard.json')),
).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));

/** The series of each exported metric: a histogram has three. */
function exportedSeries(): ReadonlySet<string> {
  const metrics = tableRowsUnder(operating, '### Metrics').map(([name = '', type]) => ({
    name: codeWords(name)[0] ?? '',
    type,
  }));
  return new Set(
    metrics.flatMap(({ name, type }) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
    ),
  );
}

function metricsIn(expressions: readonly string[]): readonly string[] {
  const texts = expressions.map((text) => text.replaceAll(/"[^"]*"|\b(by|without) \([^)]*\)/gu, ''));
  const names = texts.flatMap((text) => text.match(/\b[a-z_]+(?=\{|\)|\[| [=><]|$)/gmu) ?? []);
  return [...new Set(names)].filter((name) => name.includes('_') || name === 'up');
}

describe('deploy/monitoring/', () => {
  it('has a section with what to do for each alert, and no other', () => {
    const [, section = ''] = operating.split('\n## Alerts\n');
    const [own = ''] = section.split('\n## ');
    const told = [...own.matchAll(/^### (\S+)\n\n(\S+):/gmu)].map(([, name, severity]) => [
      name,
      severity?.toLowerCase(),
    ]);
    assert.deepEqual(told.sort(), rules.map(({ alert, labels }) => [alert, labels.severity]).sort());
    for (const { alert, annotations } of rules) {
      assert.equal(annotations.runbook, `docs/operating.md#${alert.toLowerCase()}`);
    }
  });

  it('names only metrics that the worker exports', () => {
    const exported = exportedSeries();
    const named = metricsIn([...rules.map(({ expr }) => expr), ...expressionsOfDashboard]);
    const ours = named.filter((name) => name.startsWith('signering_'));
    assert.ok(ours.length > 5, 'the pattern finds metrics');
    assert.deepEqual(
      named.filter(
        (name) => !exported.has(name) && !METRICS_OF_OTHERS.includes(name) && !name.startsWith('temporal_'),
      ),
      [],
    );
    const used = [...exported].filter((name) => named.includes(name)).length;
    assert.equal(used, ours.length);
  });

  it('uses each metric that the worker exports in an alert or on the dashboard', () => {
    const named = metricsIn([...rules.map(({ expr }) => expr), ...expressionsOfDashboard]);
    const unused = tableRowsUnder(operating, '### Metrics')
      .map(([name = '']) => codeWords(name)[0] ?? '')
      .filter((name) => !named.some((one) => one.startsWith(name)));
    assert.deepEqual(unused, []);
  });

  it('tests of each alert that it fires, and that it does not', () => {
    const { tests } = RuleTests.parse(load(readProjectFile('deploy/monitoring/alerts.test.yml')));
    const cases = tests.flatMap((test) => test.alert_rule_test);
    for (const { alert } of rules) {
      const outcomes = cases.filter(({ alertname }) => alertname === alert);
      assert.ok(
        outcomes.some((one) => one.exp_alerts.length > 0),
        `${alert}: no test in which it fires`,
      );
      assert.ok(
        outcomes.some((one) => one.exp_alerts.length === 0),
        `${alert}: no test in which it does not fire`,
      );
    }
  });

  it('has rules that pass their tests with promtool', async function () {
    requireJudge(this, 'promtool');
    const checked = await ask('promtool', ['check', 'rules', 'alerts.yml'], { directory: FOLDER });
    assert.equal(checked.exitCode, 0, checked.output);
    const tested = await ask('promtool', ['test', 'rules', 'alerts.test.yml'], { directory: FOLDER });
    assert.equal(tested.exitCode, 0, tested.output);
  });

  it('has a dashboard whose expressions promtool accepts', async function () {
    requireJudge(this, 'promtool');
    const recorded = expressionsOfDashboard.map((expr, index) => ({ record: `panel:${index}`, expr }));
    const folder = freshFolder('dashboard');
    // JSON is YAML.
    const content = { groups: [{ name: 'dashboard', rules: recorded }] };
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify(content));
    const { exitCode, output } = await ask('promtool', ['check', 'rules', 'rules.yml'], {
      directory: folder,
    });
    assert.equal(exitCode, 0, output);
  });
});
