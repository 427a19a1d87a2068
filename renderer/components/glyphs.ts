/** The drawing behind each glyph name. */
import type { Component } from 'svelte';
import type { IconProps } from '@lucide/svelte';
import Bath from '@lucide/svelte/icons/bath';
import Bed from '@lucide/svelte/icons/bed';
import BookOpen from '@lucide/svelte/icons/book';
import BrickWall from '@lucide/svelte/icons/brick-wall';
import Archive from '@lucide/svelte/icons/archive';
import Bolt from '@lucide/svelte/icons/bolt';
import Car from '@lucide/svelte/icons/car';
import CookingPot from '@lucide/svelte/icons/cooking-pot';
import DoorOpen from '@lucide/svelte/icons/door-open';
import Drill from '@lucide/svelte/icons/drill';
import Droplets from '@lucide/svelte/icons/droplets';
import Flame from '@lucide/svelte/icons/flame';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Grid from '@lucide/svelte/icons/grid-2x2';
import Hammer from '@lucide/svelte/icons/hammer';
import HardHat from '@lucide/svelte/icons/hard-hat';
import Lightbulb from '@lucide/svelte/icons/lightbulb';
import Package from '@lucide/svelte/icons/package';
import PaintRoller from '@lucide/svelte/icons/paint-roller';
import Plug from '@lucide/svelte/icons/plug';
import Ruler from '@lucide/svelte/icons/ruler';
import Scissors from '@lucide/svelte/icons/scissors';
import Shirt from '@lucide/svelte/icons/shirt';
import Smartphone from '@lucide/svelte/icons/smartphone';
import Sofa from '@lucide/svelte/icons/sofa';
import Sprout from '@lucide/svelte/icons/sprout';
import ToyBrick from '@lucide/svelte/icons/toy-brick';
import TreePine from '@lucide/svelte/icons/tree-pine';
import Utensils from '@lucide/svelte/icons/utensils';
import Wrench from '@lucide/svelte/icons/wrench';
import type { GlyphName } from '../state/swatch.ts';

export const glyphIcons = {
  paint: PaintRoller, drill: Drill, hammer: Hammer, wrench: Wrench, light: Lightbulb, power: Plug, plant: Sprout, water: Droplets, bath: Bath, door: DoorOpen, sofa: Sofa, bed: Bed,
  storage: Archive, kitchen: CookingPot, floor: Grid, wall: BrickWall, wood: TreePine, fasten: Bolt, measure: Ruler, safety: HardHat, heat: Flame, flask: FlaskConical, cut: Scissors,
  box: Package, clothes: Shirt, device: Smartphone, book: BookOpen, food: Utensils, toy: ToyBrick, car: Car,
} as const satisfies Record<GlyphName, Component<IconProps>>;
