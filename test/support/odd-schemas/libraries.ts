/** Schemas of zod, valibot and arktype. */
import { toStandardJsonSchema as json } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { Row } from './row.ts';

const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder).optional();
  },
});
const Named = z.object({ n: z.string() }).meta({ id: 'Named' });
const NamedTree = z
  .object({
    n: z.string(),
    get kids() {
      return z.array(NamedTree).optional();
    },
  })
  .meta({ id: 'NamedTree' });
const folders = { name: 'a', folders: [{ name: 'b' }] };
const badFolders = { name: 'a', folders: [{}] };
const ab = [z.object({ k: z.literal('a') }), z.object({ k: z.literal('b'), n: Named })] as const;
type VTree = { n: string; kids: VTree[] };
const VTree: v.GenericSchema<VTree> = v.object({
  n: v.string(),
  kids: v.array(v.lazy(() => VTree)),
});

export const LIBRARIES: Row[] = [
  ['a recursive object of zod', Folder, [folders], [badFolders]],
  [
    'a shape with a recursive member',
    { root: Folder },
    [{ root: folders }],
    [{ root: badFolders }],
  ],
  [
    'a shape with a recursive optional member',
    { root: Folder.optional() },
    [{}, { root: folders }],
    [{ root: badFolders }],
  ],
  [
    'a shape with a lazy member',
    { root: z.lazy(() => Folder) },
    [{ root: folders }],
    [{ root: badFolders }],
  ],
  [
    'a shape with a name that is escaped',
    { 'a/b ~%': Folder },
    [{ 'a/b ~%': folders }],
    [{ 'a/b ~%': badFolders }],
  ],
  [
    'a shape with named members',
    { a: Named, b: Named.optional() },
    [{ a: { n: 'x' } }],
    [{ a: {} }, { a: { n: 'x' }, b: 1 }],
  ],
  [
    'a shape with a named recursive member',
    { root: NamedTree },
    [{ root: { n: 'x', kids: [{ n: 'y' }] } }],
    [{ root: { n: 'x', kids: [{}] } }],
  ],
  [
    'a shape with two recursive members',
    { a: Folder, b: NamedTree },
    [{ a: folders, b: { n: 'x' } }],
    [
      { a: badFolders, b: { n: 'x' } },
      { a: folders, b: {} },
    ],
  ],
  [
    'a shape with a union of recursive members',
    { a: z.union([Folder, NamedTree]) },
    [{ a: folders }],
    [{ a: {} }],
  ],
  [
    'a shape with a list of named texts',
    { a: z.array(z.string().meta({ id: 'Text' })) },
    [{ a: ['x'] }],
    [{ a: [1] }],
  ],
  [
    'a shape with a record of recursive values',
    { a: z.record(z.string(), Folder) },
    [{ a: { x: folders } }],
    [{ a: { x: badFolders } }],
  ],
  ['a named object of zod', Named, [{ n: 'x' }], [{}]],
  [
    'a named recursive object of zod',
    NamedTree,
    [{ n: 'x', kids: [{ n: 'y' }] }],
    [{ n: 'x', kids: [{}] }],
  ],
  [
    'an object with a recursive member',
    z.object({ root: Folder }),
    [{ root: folders }],
    [{ root: badFolders }],
  ],
  [
    'a discriminated union',
    z.discriminatedUnion('k', [...ab]),
    [{ k: 'a' }, { k: 'b', n: { n: 'x' } }],
    [{ k: 'b' }, {}],
  ],
  ['a union of objects', z.union([Named, Folder]), [{ n: 'x' }, folders], [{}]],
  ['a union of a named and a recursive object', z.union([NamedTree, Folder]), [{ n: 'x' }], [{}]],
  [
    'an intersection of objects',
    z.intersection(Named, z.object({ m: z.string() })),
    [{ n: 'x', m: 'y' }],
    [{ n: 'x' }],
  ],
  ['a record', z.record(z.string(), z.number()), [{ a: 1 }], [{ a: 'x' }]],
  ['a strict object', z.strictObject({ a: z.string() }), [{ a: 'x' }], [{ a: 'x', b: 1 }]],
  [
    'a pattern of zod with needless escapes',
    { a: z.string().regex(new RegExp('^https\\:\\/\\/')) },
    [{ a: 'https://x' }],
    [{ a: 'x' }],
  ],
  ['a format of zod', { a: z.email() }, [{ a: 'a@b.example' }], [{ a: 'x' }]],
  ['a preprocessed object', z.preprocess((value) => value, Named), [{ n: 'x' }], [{}]],
  ['a recursive object of valibot', json(VTree), [{ n: 'x', kids: [] }], [{ n: 'x', kids: [1] }]],
  [
    'a variant of valibot',
    json(
      v.variant('k', [
        v.object({ k: v.literal('a') }),
        v.object({ k: v.literal('b'), n: v.number() }),
      ]),
    ),
    [{ k: 'a' }],
    [{ k: 'b' }],
  ],
  [
    'an intersection of valibot',
    json(v.intersect([v.object({ a: v.string() }), v.object({ b: v.string() })])),
    [{ a: 'x', b: 'y' }],
    [{ a: 'x' }],
  ],
  [
    'a recursive type of arktype',
    type.scope({ node: { n: 'string', 'kids?': 'node[]' } }).export().node,
    [{ n: 'x', kids: [{ n: 'y' }] }],
    [{ n: 'x', kids: [1] }],
  ],
  [
    'a union of arktype',
    type({ k: "'a'" }).or({ k: "'b'", n: 'number' }),
    [{ k: 'a' }],
    [{ k: 'b' }],
  ],
];
