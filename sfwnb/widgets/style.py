"""How panels look, in JupyterLab's own colours, and which of a panel's two faces is shown.

A panel is two outputs of one cell: its static face, and under it the live widget. JupyterLab has
no fallback of its own: it takes the widget whenever an output has one, and where the model is gone
it says "Error displaying widget: model not found", or "Loading widget..." for ever when there is
no kernel, whatever else the output holds. So these rules choose, in the page and at every moment:

- a live widget further down in the same cell hides the face;
- a widget whose kernel is gone (JupyterLab marks it as disconnected) is hidden, the face is back;
- an output right after the face that holds only a message about a widget is hidden.

An untrusted notebook loses the rules and the widget alike, and shows the face. So do nbconvert and
GitHub, which never had a widget.
"""

_LIVE = ".sfwnb-live:not(.jupyter-widgets-disconnected)"

FACES = f"""
.jp-OutputArea-child:has(.sfwnb-face):has(~ .jp-OutputArea-child {_LIVE}) {{ display: none; }}
.sfwnb-live.jupyter-widgets-disconnected {{ display: none !important; }}
.jp-OutputArea-child:has(.sfwnb-face) + .jp-OutputArea-child
  > .jp-OutputArea-output.lm-Panel:not(:has(> *)) {{ display: none; }}
"""
"""Rules that show either the live widget or the static face, as said above."""

LOOKS = """
.sfwnb-panel {
  --sfwnb-text: var(--jp-content-font-color1, #212121);
  --sfwnb-quiet: var(--jp-content-font-color2, #616161);
  --sfwnb-line: var(--jp-border-color2, #d8d8d8);
  --sfwnb-back: var(--jp-layout-color1, #fff);
  --sfwnb-raised: var(--jp-layout-color2, #f5f5f5);
  --sfwnb-mark: var(--jp-warn-color1, #f57c00);
  --sfwnb-good: var(--jp-success-color1, #388e3c);
  --sfwnb-bad: var(--jp-error-color1, #d32f2f);
  color: var(--sfwnb-text);
  font: var(--jp-ui-font-size1, 13px)/1.45 var(--jp-ui-font-family, system-ui, sans-serif);
}
.sfwnb-panel p { margin: 4px 0; }
.sfwnb-panel pre { margin: 4px 0 0; padding: 6px 8px; max-height: 240px; overflow: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; background: var(--sfwnb-raised);
  color: var(--sfwnb-text); font: 12px/1.4 var(--jp-code-font-family, monospace); }
.sfwnb-panel .sfwnb-quiet { color: var(--sfwnb-quiet); }
.sfwnb-panel .sfwnb-problem, .sfwnb-panel .sfwnb-error { color: var(--sfwnb-bad);
  white-space: pre-wrap; overflow-wrap: anywhere; }
.sfwnb-panel .sfwnb-done { color: var(--sfwnb-good); }
.sfwnb-panel .sfwnb-header { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
.sfwnb-panel .sfwnb-badge { padding: 0 8px; border-radius: 9px; font-size: 12px;
  border: 1px solid currentColor; color: var(--sfwnb-quiet); }
.sfwnb-panel .sfwnb-badge.sfwnb-is-good { color: var(--sfwnb-good); }
.sfwnb-panel .sfwnb-badge.sfwnb-is-mark { color: var(--sfwnb-mark); }
.sfwnb-panel .sfwnb-badge.sfwnb-is-bad { color: var(--sfwnb-bad); }
.sfwnb-panel .sfwnb-rows { overflow: auto; max-height: 320px; }
.sfwnb-panel .sfwnb-rows table { border-collapse: collapse; margin: 0; border: 0; font-size: 12px; }
.sfwnb-panel .sfwnb-rows :is(td, th) { padding: 3px 10px; text-align: left; white-space: nowrap;
  border: 0; border-bottom: 1px solid var(--sfwnb-line); color: var(--sfwnb-text);
  max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
.sfwnb-panel .sfwnb-rows thead th { position: sticky; top: 0; background: var(--sfwnb-raised);
  color: var(--sfwnb-quiet); font-weight: 600; }
.sfwnb-panel .sfwnb-rows tbody th { font-weight: 600; }
.sfwnb-panel .sfwnb-rows tbody tr { background: transparent; }
.sfwnb-panel .sfwnb-rows tbody tr:hover { background: var(--sfwnb-raised); }
.sfwnb-panel .sfwnb-rows td.sfwnb-number { text-align: right; font-variant-numeric: tabular-nums; }
.sfwnb-panel .sfwnb-rows td.sfwnb-quiet { color: var(--sfwnb-quiet); }
.sfwnb-panel .sfwnb-rows td.sfwnb-changed { box-shadow: inset 3px 0 var(--sfwnb-mark);
  background: color-mix(in srgb, var(--sfwnb-mark) 18%, transparent); }
.sfwnb-panel .sfwnb-rows tr.sfwnb-new { background:
  color-mix(in srgb, var(--sfwnb-good) 16%, transparent); }
.sfwnb-panel .sfwnb-rows tr.sfwnb-new th { box-shadow: inset 3px 0 var(--sfwnb-good); }
.sfwnb-panel .sfwnb-picture img { max-width: 100%; max-height: 480px; display: block;
  object-fit: contain; object-position: left top; }
.sfwnb-panel details { margin: 4px 0; }
.sfwnb-panel summary { cursor: pointer; font-weight: 600; }
.sfwnb-live summary { font-weight: 400; color: var(--sfwnb-quiet); }
.sfwnb-panel code { background: transparent; color: var(--sfwnb-text); font-size: 12px; }
"""
"""What both faces share, with colours for pages that are not JupyterLab."""

LIVE_LOOKS = """
.sfwnb-live { gap: 6px; overflow: visible; }
.sfwnb-live .widget-html { margin: 0; width: auto; max-width: 100%; }
.sfwnb-live .widget-html, .sfwnb-live .widget-html-content { height: auto; min-width: 0;
  line-height: inherit; }
.sfwnb-live .widget-html:has(> .widget-html-content:empty) { display: none; }
.sfwnb-live .sfwnb-head { flex-wrap: wrap; gap: 0 16px; align-items: baseline;
  overflow: visible; }
.sfwnb-live .sfwnb-head > .widget-html:has(details[open]) { flex-basis: 100%; }
.sfwnb-live .sfwnb-body { flex-wrap: wrap; gap: 8px 16px; align-items: flex-start;
  overflow: visible; }
.sfwnb-live .sfwnb-body > .sfwnb-tables { flex: 3 1 440px; min-width: 0; margin: 0; }
.sfwnb-live .sfwnb-body > .sfwnb-picture { flex: 2 1 440px; min-width: 0; max-width: 680px; }

.sfwnb-live .jupyter-widget-tab { margin: 0; overflow: visible; }
.sfwnb-live .jupyter-widget-tab > .lm-TabBar { overflow: visible; min-height: 0; margin: 0; }
.sfwnb-live .jupyter-widget-tab > .lm-TabBar > .lm-TabBar-content { flex-wrap: wrap; min-width: 0;
  gap: 0 4px; border-bottom: 1px solid var(--sfwnb-line); }
.sfwnb-live .jupyter-widget-tab > .lm-TabBar .lm-TabBar-tab { flex: 0 0 auto; min-width: 0;
  max-width: none; min-height: 0; margin: 0 0 -1px; padding: 0 10px; line-height: 26px;
  border: 0; background: transparent; color: var(--sfwnb-quiet);
  font: inherit; line-height: 26px; box-shadow: none; }
.sfwnb-live .jupyter-widget-tab > .lm-TabBar .lm-TabBar-tab::before { display: none; }
.sfwnb-live .jupyter-widget-tab > .lm-TabBar .lm-TabBar-tab:hover { color: var(--sfwnb-text);
  background: var(--sfwnb-raised); }
.sfwnb-live .jupyter-widget-tab > .lm-TabBar .lm-TabBar-tab.lm-mod-current {
  color: var(--sfwnb-text); box-shadow: inset 0 -2px var(--jp-brand-color1, #1976d2);
  transform: none; min-height: 0; }
.sfwnb-live .jupyter-widget-tab > .widget-tab-contents { border: 0; padding: 6px 0 0; margin: 0;
  background: transparent; overflow: visible; }

.sfwnb-live .widget-accordion { margin: 0; overflow: visible; }
.sfwnb-live .widget-accordion > .jupyter-widget-Collapse { margin: 0; overflow: visible;
  border-bottom: 1px solid var(--sfwnb-line); }
.sfwnb-live .jupyter-widget-Collapse-header { border: 0; background: transparent; padding: 3px 4px;
  font: 12px/20px var(--jp-code-font-family, monospace); color: var(--sfwnb-quiet); }
.sfwnb-live .jupyter-widget-Collapse-header:hover { background: var(--sfwnb-raised);
  color: var(--sfwnb-text); }
.sfwnb-live .jupyter-widget-Collapse-open > .jupyter-widget-Collapse-header {
  color: var(--sfwnb-text); font-weight: 600; }
.sfwnb-live .jupyter-widget-Collapse-contents { border: 0; padding: 2px 4px 10px 22px;
  background: transparent; overflow: visible; }

.sfwnb-live .sfwnb-form { gap: 4px; margin: 0; overflow: visible; }
.sfwnb-live .sfwnb-form > .widget-hbox { flex-wrap: wrap; gap: 0 10px; align-items: center;
  margin: 0; overflow: visible; }
.sfwnb-live .sfwnb-form :is(.widget-text, .widget-textarea, .widget-dropdown, .widget-checkbox) {
  width: 460px; max-width: 100%; margin: 0; }
.sfwnb-live .sfwnb-form .widget-label { color: var(--sfwnb-quiet); text-align: right; }
.sfwnb-live .sfwnb-form .sfwnb-foot { align-items: flex-start; margin-top: 4px; }
.sfwnb-live .sfwnb-foot .jupyter-button { margin: 0; width: auto; min-width: 76px; }
.sfwnb-live .sfwnb-foot .sfwnb-answer { flex: 1 1 240px; padding-top: 4px; }
"""
"""What only the live widget needs: its boxes and forms."""
