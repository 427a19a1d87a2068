import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import Frame from './App.svelte';
import { connect } from './connect.ts';
import { App } from './state/app.svelte.ts';

mount(Frame, { target: document.getElementById('app')!, props: { app: new App(connect()) } });
