// The areas of the screens: each says in its `areas/*/area.ts` which pages it has and how it stands in the rail, so that a new
// one needs no line here.
import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'

export interface Area {
  pages: RouteRecordRaw[]
  /** Where it stands in the rail, from the top, and under which digit with Alt; not at all where absent. */
  rail?: {
    place: number
    path: string
    title: () => string
    icon: Component
    /** How much there is to do. */
    count?: () => number
  }
}

const found = import.meta.glob<Area>('./areas/*/area.ts', { eager: true, import: 'area' })
const areas = Object.values(found)

export const pages: RouteRecordRaw[] = areas.flatMap((area) => area.pages)

/** The rail, from the top. */
export const rail = areas.flatMap((area) => area.rail ?? []).sort((one, other) => one.place - other.place)
