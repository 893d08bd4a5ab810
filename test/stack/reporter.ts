import Mocha from 'mocha';

/** The only reasons for which a test may be skipped, as they stand in its title or in its suite's `before`. */
const PERMITTED_SKIPS = [
  /\[skipped: no reference material; .*\]/u,
  // In CI a missing judge is a failure: see test/judges.ts.
  /\[skipped: (xmlsec1|pdfsig|openssl|qpdf|python3 with cryptography) is not installed, .*\]/u,
  // In CI a missing browser is a failure: see test/browser.ts.
  /\[skipped: no Chromium is installed, .*\]/u,
  /\[skipped: this user may not mount a tmpfs, .*\]/u,
  // They run where somebody has fetched them: npm run fetch-java-judges.
  /\[skipped: .*, so (the official Java client|veraPDF) judges nothing\]/u,
  /\[skipped: the Maven artifact is missing .*\]/u,
];

/**
 * Mocha's own report, then the skipped tests by name, and the closing line `N passed, N failed, N skipped`.
 * A test skipped for any but a permitted reason fails the run.
 */
class Reporter extends Mocha.reporters.Spec {
  readonly #skipped: Mocha.Test[] = [];
  readonly #hooks: { readonly suite: Mocha.Suite | undefined; readonly title: string }[] = [];

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pending', (test) => this.#skipped.push(test));
    // Only until this moment the hook's title is as the hook left it.
    runner.on('hook end', ({ parent, title, ctx }) => {
      this.#hooks.push({
        suite: parent,
        title: `${title}
${ctx?.currentTest?.title ?? ''}`,
      });
    });
  }

  /** The titles in which the reason may stand: the test's own, or that of a hook that skipped the whole suite. */
  #reasonsFor(test: Mocha.Test): string {
    const titles = [test.title];
    for (let suite = test.parent; suite !== undefined; suite = suite.parent) {
      const parent = suite;
      titles.push(...this.#hooks.filter((hook) => hook.suite === parent).map(({ title }) => title));
    }
    return titles.join('\n');
  }

  /** Called by Mocha when everything is over, also the global fixtures. */
  override done(failures: number, fn?: (failures: number) => void): void {
    const forbidden = this.#skipped.filter(
      (test) => !PERMITTED_SKIPS.some((reason) => reason.test(this.#reasonsFor(test))),
    );
    for (const test of this.#skipped) {
      const verdict = forbidden.includes(test) ? 'skipped, though it may not be' : 'skipped';
      console.log(`${verdict}: ${test.fullTitle()}`);
    }
    console.log(`${this.stats.passes} passed, ${failures} failed, ${this.#skipped.length} skipped`);
    fn?.(failures + forbidden.length);
  }
}

// Mocha looks for a reporter in the default export.
export default Reporter;
