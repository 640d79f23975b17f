/**
 * What runs in Redis, each as one: an entry is a hash, and what is sealed of it another one, which
 * lives as long as the reply. Both have the same tag, for clusters.
 */

const BEGIN = `
local entry, sealed = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function whole(n) return string.format('%.0f', n) end
`;

/** Ends without a change unless ARGV[1] is the owner. */
const HELD = `${BEGIN}
local held = redis.call('HMGET', entry, 'state', 'owner')
if held[1] ~= 'running' or held[2] ~= ARGV[1] then return 0 end
`;

/** ARGV: owner, request, lease, life, the origin or nothing. */
export const CLAIM: string = `${BEGIN}
local owner, request, lease, life, origin = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local found = redis.call('HMGET', entry, 'request', 'state', 'owner', 'until')
if found[1] and found[1] ~= request then return {'other'} end
if found[2] == 'done' then
  local reply = redis.call('HGET', sealed, 'reply')
  if reply then return {'done', reply} end
  return {'spent'}
end
if found[2] == 'spent' then return {'spent'} end
if found[2] == 'running' and tonumber(found[4]) > now and found[3] ~= owner then
  return {'running'}
end
if found[1] and (found[2] ~= 'running' or found[3] ~= owner) then
  redis.call('HSET', entry, 'taken', '1')
end
redis.call('HSET', entry, 'request', request, 'state', 'running', 'owner', owner,
  'until', whole(now + lease))
if redis.call('HEXISTS', entry, 'taken') == 1 then return {'taken over', whole(now), unpack(redis.call('HGETALL', sealed))} end
if found[1] then return {'claimed', whole(now)} end
redis.call('DEL', sealed)
redis.call('PEXPIRE', entry, life)
if origin ~= '' then
  redis.call('HSET', sealed, 'origin', origin)
  redis.call('PEXPIRE', sealed, life)
end
return {'claimed', whole(now)}`;

export const READ: string = `${BEGIN}
local found = redis.call('HMGET', entry, 'request', 'state', 'until')
if not found[1] then return {} end
local texts = redis.call('HMGET', sealed, 'origin', 'reply')
local state = found[2]
if state == 'running' and tonumber(found[3]) <= now then state = 'open' end
if state == 'done' and not texts[2] then state = 'spent' end
return {found[1], state, texts[1] or '', texts[2] or ''}`;

/** ARGV: owner, ms. */
export const RENEW: string = `${HELD}
redis.call('HSET', entry, 'until', whole(now + ARGV[2]))
return 1`;

/** ARGV: owner, name, text. Whoever has not heard of it writes it again: where it was. */
export const RECORD: string = `${HELD}
local at = 'at:' .. ARGV[2]
local number = redis.call('HGET', entry, at) or redis.call('HINCRBY', entry, 'steps', 1)
redis.call('HSET', entry, at, number)
redis.call('HSET', sealed, 'step:' .. number .. ':' .. ARGV[2], ARGV[3])
redis.call('PEXPIRE', sealed, redis.call('PTTL', entry))
return 1`;

/** ARGV: owner, text, replyTtl. */
export const FINISH: string = `${BEGIN}
local held = redis.call('HMGET', entry, 'state', 'owner')
if held[2] ~= ARGV[1] then return 0 end
if held[1] == 'done' and redis.call('HGET', sealed, 'reply') == ARGV[2] then return 1 end
if held[1] ~= 'running' then return 0 end
local origin = redis.call('HGET', sealed, 'origin')
redis.call('DEL', sealed)
redis.call('HSET', sealed, 'reply', ARGV[2])
if origin then redis.call('HSET', sealed, 'origin', origin) end
redis.call('PEXPIRE', sealed, ARGV[3])
redis.call('HSET', entry, 'state', 'done')
if redis.call('PTTL', entry) < tonumber(ARGV[3]) then redis.call('PEXPIRE', entry, ARGV[3]) end
return 1`;

/** ARGV: owner. */
export const OPEN: string = `${HELD}
redis.call('HSET', entry, 'state', 'open')
return 1`;

/** ARGV: owner. */
export const WITHDRAW: string = `${HELD}
redis.call('DEL', entry, sealed)
return 1`;

/** ARGV: owner. */
export const SPEND: string = `${HELD}
redis.call('DEL', sealed)
redis.call('HSET', entry, 'state', 'spent')
return 1`;

/** KEYS: two of no entry. ARGV: cursor, pattern. */
export const SCAN: string = `return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 500)`;

export const CELLS: string = `return redis.call('HGETALL', KEYS[2])`;

/** ARGV: field, before, after. */
export const RESEAL: string = `
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1`;

export const MEMORY: string = `return redis.call('INFO', 'memory')`;
