// Words that make a sentence hard to read, with a plain form and the reason. `npm run lint` reports them in comments,
// messages, test names and Markdown: see plain-english.mjs.

const NAME_THE_ACTOR =
  'The reader must guess who acts: name the worker, the client, the operator or the service.';
const NOT_ENGLISH = 'A literal translation: English says it differently.';
const OLD = 'Old or solemn language.';

/** `word` is a regular expression without flags; `plain` completes "write …". */
export const WORDS = [
  { word: 'whoever', plain: 'the process, program or person that …', reason: NAME_THE_ACTOR },
  { word: '(?:no|some|any|every)body(?:.s)?', plain: 'the actor', reason: NAME_THE_ACTOR },
  { word: '(?:is|are|was|were|be|been|being) told', plain: 'receives, is reported', reason: NAME_THE_ACTOR },
  { word: '(?:is|are|was|were) asked', plain: 'requests, calls, notifies', reason: NAME_THE_ACTOR },
  { word: 'whatever', plain: 'any …, regardless of …', reason: 'It leaves open what is covered.' },
  { word: 'answers (?:nothing|undefined|true|false|whether)', plain: 'returns', reason: 'Functions return.' },
  { word: 'all the same', plain: 'still, anyway', reason: NOT_ENGLISH },
  { word: '(?:come|comes|came) to nothing', plain: 'fails, is lost', reason: NOT_ENGLISH },
  { word: '(?:have|has|had|having) come to', plain: 'ended as', reason: NOT_ENGLISH },
  { word: 'of (?:its|their|his|her|our) own', plain: 'its own …, separate, a fresh …', reason: NOT_ENGLISH },
  {
    word: 'none of (?:its|their|our) own|none of ours',
    plain: 'not its …, belongs to another …',
    reason: NOT_ENGLISH,
  },
  { word: 'none that', plain: 'not a …', reason: NOT_ENGLISH },
  { word: 'in miniature', plain: 'a local stand-in', reason: 'A metaphor.' },
  { word: 'in good order', plain: 'gracefully', reason: "The field's word is graceful." },
  { word: 'for ever', plain: 'indefinitely, without a limit', reason: OLD },
  { word: '(?:may|can|could|might|to) be had', plain: 'is available', reason: OLD },
  { word: 'shall', plain: 'must, will', reason: OLD },
  { word: 'hears? of', plain: 'receives, is called for', reason: 'A metaphor.' },
  { word: '(?:come|comes|came) of (?:it|them)', plain: 'resulted', reason: OLD },
  { word: '(?:is|are) to blame', plain: 'caused it', reason: 'A metaphor.' },
  { word: 'goes? (?:on )?(?:for ever|without end)', plain: 'does not end', reason: OLD },
  { word: 'stands? still', plain: 'is blocked', reason: 'A metaphor.' },
  { word: 'do(?:es)? without nothing', plain: 'requires', reason: 'A double negation.' },
];
