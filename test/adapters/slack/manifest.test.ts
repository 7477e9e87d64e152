import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { appManifest, renderManifest } from '../../../src/adapters/slack/manifest.ts'

test('the manifest that people paste is the one the code means', async () => {
  const file = new URL('../../../deploy/slack-manifest.yaml', import.meta.url)
  expect(await readFile(file, 'utf8')).toBe(renderManifest('yaml'))
})

test('YAML and JSON say the same', () => {
  expect(parse(renderManifest('yaml'))).toEqual(JSON.parse(renderManifest('json')))
})

test('the manifest keeps the lengths that Slack sets', () => {
  const { display_information: about, features } = appManifest()
  expect(about.name.length).toBeLessThanOrEqual(35)
  expect(about.description?.length).toBeLessThanOrEqual(140)
  expect(features?.bot_user?.display_name).toMatch(/^[a-z0-9._-]{1,80}$/)
  for (const { command, usage_hint = '' } of features?.slash_commands ?? []) {
    expect(command.length).toBeLessThanOrEqual(32)
    expect(usage_hint.length).toBeLessThanOrEqual(1_000)
  }
})

test('words arrive with people and channels escaped, and no other way in is open', () => {
  const { features, settings } = appManifest()
  expect(features?.slash_commands).toMatchObject([{ command: '/ha', should_escape: true }])
  expect(settings).toMatchObject({ socket_mode_enabled: true, token_rotation_enabled: false })
})
