import { describe } from 'vitest'
import { schedulesOf } from './schedules.ts'

describe('whatever fails, in every order: part 2 of 4', () => {
  schedulesOf(1)
})
