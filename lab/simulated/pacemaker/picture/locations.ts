import { attribute, child, childrenNamed, type Element } from '../../xml/element.ts'
import { parseScore } from '../score.ts'
import type { Location } from './types.ts'

/** Location constraints that hold now: plain ones, and the time-limited ones that `crm_resource --lifetime` writes. */
export function readLocations(constraints: Element, now: number): Location[] {
  return childrenNamed(constraints, 'rsc_location').flatMap(constraint => {
    const rule = child(constraint, 'rule')
    return rule ? fromRule(constraint, rule, now) : [plain(constraint)]
  })
}

function plain(constraint: Element): Location {
  return {
    id: attribute(constraint, 'id'),
    resource: attribute(constraint, 'rsc'),
    node: attribute(constraint, 'node'),
    score: parseScore(attribute(constraint, 'score')),
  }
}

function fromRule(constraint: Element, rule: Element, now: number): Location[] {
  const uname = childrenNamed(rule, 'expression').find(part => attribute(part, 'attribute') === '#uname')
  const until = child(rule, 'date_expression')
  if (!uname || (until && now >= endOf(until))) return []
  return [
    {
      id: attribute(constraint, 'id'),
      resource: attribute(constraint, 'rsc'),
      node: attribute(uname, 'value'),
      score: parseScore(attribute(rule, 'score')),
    },
  ]
}

function endOf(until: Element): number {
  return Date.parse(attribute(until, 'end').replace(' ', 'T'))
}
