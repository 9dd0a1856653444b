// What a reader would see wrong with the words of the page: a word broken across lines, a line that is cut off, that
// lies on another line, or that sticks out of its box or of the page. Each fault is a sentence, with how often it is there.
// On paper nothing can be scrolled, so there a box that scrolls cuts off as well. Not seen: what a form control holds,
// what lies under a picture or a coloured block, and words drawn by styles but for the labels of cells.
onPaper => {
  const MOST = 2  // pixels: letters lean out of their box by one, and widths are rounded
  const said = new Map()
  const say = sentence => said.set(sentence, (said.get(sentence) || 0) + 1)
  const styles = new Map()
  const styleOf = one => styles.get(one) || styles.set(one, getComputedStyle(one)).get(one)
  const boxes = new Map()
  const boxOf = one => boxes.get(one) || boxes.set(one, one.getBoundingClientRect()).get(one)
  const ancestors = function* (one) { for (; one && one !== document.body; one = one.parentElement) yield one }
  const named = one => [one.localName, ...one.classList].join('.')
  const where = one => [...ancestors(one)].slice(0, 3).reverse().map(named).join(' > ')
  const quoted = text => `“${text.trim().replace(/\s+/g, ' ').slice(0, 60)}”`

  // For a screen reader alone: one pixel of it is there, and nobody sees that.
  const hidden = new Map()
  const isHidden = one => {
    if (!one || one === document.body) return false
    if (!hidden.has(one)) {
      const { position, overflowX, clipPath } = styleOf(one)
      const dot = position === 'absolute' && overflowX === 'hidden' && (clipPath !== 'none' || boxOf(one).width <= 1)
      hidden.set(one, dot || isHidden(one.parentElement))
    }
    return hidden.get(one)
  }

  // The lines of a text, each as high as its letters are large: lines that stand close are not on each other.
  const linesOf = (range, size) => [...range.getClientRects()].filter(one => one.width > 0.5).map(one => {
    const spare = Math.max(0, one.height - size) / 2
    return { left: one.left, right: one.right, top: one.top + spare, bottom: one.bottom - spare }
  })
  const onSeveral = lines => lines.some(one => one.top - lines[0].top > (one.bottom - one.top) / 2)

  // Where a line may end within a word: after a hyphen, a dash or a slash. A zero-width space or a <wbr> parts words.
  const WORDS = /[^\s\u200b\u2010\u2013\u2014/-]+[\u2010\u2013\u2014/-]*/g
  // A path, a link or an identifier is not read as words. Where it is marked, or somebody typed it, it may be broken.
  const UNREAD = /[\p{N}@/_]/u, MARKED = '.govuk-\\!-text-break-word, .scp-lines'
  const sayBroken = (node, range, size) => {
    const marked = node.parentElement.closest(MARKED)
    for (const { 0: typed, index: from } of node.data.matchAll(/\S+/g)) {
      if (marked && UNREAD.test(typed)) continue
      for (const { 0: word, index } of typed.matchAll(WORDS)) {
        range.setStart(node, from + index)
        range.setEnd(node, from + index + word.length)
        if (onSeveral(linesOf(range, size))) say(`broken: ${quoted(word)} in ${where(node.parentElement)}`)
      }
    }
  }

  const cuts = overflow => ['hidden', 'clip'].includes(overflow) || (onPaper && ['auto', 'scroll'].includes(overflow))
  const scrolls = overflow => !onPaper && ['auto', 'scroll'].includes(overflow)
  const outside = (node, line) => {
    let from = ''  // what is placed by itself is held by the next box that is placed, not by those between
    for (const one of ancestors(node.parentElement)) {
      if (from === 'fixed') break
      if (from === 'absolute' && styleOf(one).position === 'static') continue
      const { display, position, overflowX, overflowY } = styleOf(one), box = boxOf(one)
      const wide = line.left < box.left - MOST || line.right > box.right + MOST
      const high = line.top < box.top - MOST || line.bottom > box.bottom + MOST
      if ((wide && cuts(overflowX)) || (high && cuts(overflowY))) {
        return `cut off: ${quoted(node.data)} by ${where(one)}`
      }
      const boxed = one instanceof HTMLElement && !['inline', 'contents'].includes(display)
      if (scrolls(overflowX)) return ''
      if ((wide || high) && boxed && !from) return `sticks out: ${quoted(node.data)} of ${where(one)}`
      from = ['absolute', 'fixed'].includes(position) ? position : ''
    }
    const inPage = line.left >= -MOST && line.right <= document.documentElement.clientWidth + MOST
    return inPage ? '' : `off the page: ${quoted(node.data)} in ${where(node.parentElement)}`
  }

  // What stays in sight while the page is scrolled lies on the page only for as long.
  const layerOf = node => [...ancestors(node.parentElement)].find(one => ['sticky', 'fixed'].includes(styleOf(one).position))
  const sayOverlaps = lines => {
    lines.sort((one, other) => one.top - other.top)
    lines.forEach((one, index) => {
      for (let next = index + 1; next < lines.length && lines[next].top < one.bottom - MOST; next += 1) {
        const other = lines[next]
        const deep = Math.min(one.bottom, other.bottom) - other.top
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left)
        if (one.node === other.node || deep <= MOST || wide <= MOST || one.layer !== other.layer) continue
        say(`overlap: ${quoted(one.node.data)} and ${quoted(other.node.data)} in ${where(other.node.parentElement)}`)
      }
    })
  }

  // On a phone each cell says its column before what it holds, by a style: written out, it is looked at as the rest is.
  const labels = []
  for (const cell of document.querySelectorAll('[data-label]')) {
    const drawn = getComputedStyle(cell, '::before')
    if (drawn.content === 'none' || !cell.checkVisibility()) continue
    const label = document.createElement('span')
    label.textContent = drawn.content.includes(':') ? `${cell.dataset.label}: ` : cell.dataset.label
    for (const name of ['display', 'font-size', 'font-weight', 'line-height', 'white-space', 'overflow-wrap']) {
      label.style.setProperty(name, drawn.getPropertyValue(name))
    }
    cell.classList.add('label-written-out')
    cell.prepend(label)
    labels.push(label)
  }
  const without = new CSSStyleSheet()  // no element: the page forbids styles within it
  without.replaceSync('.label-written-out::before { content: none !important }')
  document.adoptedStyleSheets.push(without)

  const all = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement
    if (!node.data.trim() || !parent.checkVisibility({ visibilityProperty: true }) || isHidden(parent)) continue
    const range = document.createRange(), size = parseFloat(styleOf(parent).fontSize)
    range.selectNodeContents(node)
    const lines = linesOf(range, size)
    if (onSeveral(lines)) sayBroken(node, range, size)
    new Set(lines.map(line => outside(node, line)).filter(Boolean)).forEach(say)
    const layer = layerOf(node)
    all.push(...lines.map(line => ({ ...line, node, layer })))
  }
  sayOverlaps(all)
  labels.forEach(one => { one.parentElement.classList.remove('label-written-out'); one.remove() })
  document.adoptedStyleSheets.pop()
  const over = document.documentElement.scrollWidth - innerWidth
  if (over > 0) say(`sideways: the page is ${over} pixels wider than the screen`)
  return { lines: all.length, faults: [...said].map(([sentence, times]) => times > 1 ? `${sentence}, ${times} times` : sentence) }
}
