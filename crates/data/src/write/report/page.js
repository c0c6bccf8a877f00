'use strict';
// The search and the page of each enterprise. Texts go into the page as texts only, never as HTML.
(() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const held = read('tables');
  const [state, purpose, fingerprint] = read('stamp');
  const COLOURS = {绿标: 'green', 黄标: 'yellow', 红标: 'red', 未评定: 'not-rated', 不适用: 'not-applicable'};
  const SHOWN = 50;

  // A table: how many rows, and the text of a cell by row and header.
  const table = ({headers, cells}) => {
    const places = new Map(headers.map((header, place) => [header, place]));
    return {
      headers,
      rows: headers.length ? cells.length / headers.length : 0,
      at: (row, place) => held.texts[cells[row * headers.length + place]],
      get: (row, header) => places.has(header) ? held.texts[cells[row * headers.length + places.get(header)]] : '',
      key: row => cells[row * headers.length] + ' ' + cells[row * headers.length + 1],
    };
  };
  const enterprises = table(held.enterprises);
  const assessments = table(held.assessments);
  const deductions = table(held.deductions);
  const problems = table(held.problems);

  // The rows of each enterprise in the other tables, found once.
  const grouped = other => {
    const rows = new Map();
    for (let row = 0; row < other.rows; row++) {
      const key = other.key(row);
      if (rows.has(key)) rows.get(key).push(row); else rows.set(key, [row]);
    }
    return rows;
  };
  const own = new Map([assessments, deductions, problems].map(other => [other, grouped(other)]));
  const rowsOf = (other, enterprise) => own.get(other).get(enterprises.key(enterprise)) || [];

  const node = (name, options = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(options)) {
      if (key === 'class') made.className = value; else if (value !== '') made.setAttribute(key, value);
    }
    made.append(...children.filter(child => child !== null && child !== ''));
    return made;
  };
  const label = text => COLOURS[text] ? node('span', {class: 'label ' + COLOURS[text]}, text) : text;
  const tableOf = (headers, rows) => node('table', {class: headers[0] === '企业' ? 'stack firm' : 'stack'},
    node('thead', {}, node('tr', {}, ...headers.map(header => node('th', {scope: 'col'}, header)))),
    node('tbody', {}, ...rows.map(cells => node('tr', {}, ...cells.map((cell, place) =>
      node('td', {'data-h': headers[place]}, ...(Array.isArray(cell) ? [node('div', {}, ...cell)] : [cell])))))));
  const overallAt = enterprises.headers.indexOf('综合标签');
  // Between the name and the overall label stand the groups: township, industry.
  const groups = enterprises.headers.slice(2, overallAt);
  // Without an overall standard the worst domain speaks for the list.
  const domains = enterprises.headers.filter(h => h.endsWith('标签') && h !== '综合标签').map(h => h.slice(0, -2));
  const standing = row => {
    const overall = enterprises.get(row, '综合标签');
    if (COLOURS[overall]) return overall;
    const each = domains.map(domain => enterprises.get(row, domain + '标签') || enterprises.get(row, domain + '状态'));
    return ['红标', '未评定', '黄标', '绿标'].find(one => each.includes(one)) || '不适用';
  };

  // --- The search ---
  const byId = id => document.getElementById(id);
  const [finder, query, chosen, group, found, sheet, summary] =
    ['finder', 'query', 'standing', 'group', 'found', 'sheet', 'summary'].map(byId);
  const folded = text => text.normalize('NFKC').toLowerCase().replace(/\s/g, '');
  const searched = [];
  for (let row = 0; row < enterprises.rows; row++) searched.push(folded(enterprises.at(row, 0) + '\n' + enterprises.at(row, 1)));
  const option = (value, text) => node('option', {value}, text);
  chosen.append(new Option('全部标签', ''), ...Object.keys(COLOURS).map(text => option(text, text)));
  group.append(new Option('全部' + groups.join('、'), ''));
  groups.forEach((header, place) => {
    const names = new Set();
    for (let row = 0; row < enterprises.rows; row++) names.add(enterprises.at(row, place + 2));
    names.delete('');
    group.append(node('optgroup', {label: header}, ...[...names].sort().map(name => option((place + 2) + ' ' + name, name))));
  });
  finder.hidden = false;

  const matches = () => {
    const words = query.value.split(/\s+/).map(folded).filter(word => word);
    const [place, ...name] = group.value.split(' ');
    const rows = [];
    for (let row = 0; row < enterprises.rows; row++) {
      if (words.every(word => searched[row].includes(word))
        && (!chosen.value || standing(row) === chosen.value)
        && (!group.value || enterprises.at(row, Number(place)) === name.join(' '))) rows.push(row);
    }
    return rows;
  };
  const list = most => {
    const asked = query.value.trim() || chosen.value || group.value;
    found.hidden = !asked;
    if (!asked) return;
    const rows = matches();
    const cells = rows.slice(0, most).map(row => [
      node('a', {href: '#e' + row}, enterprises.at(row, 1)),
      enterprises.at(row, 0),
      ...groups.map(header => enterprises.get(row, header)),
      label(standing(row)),
      enterprises.get(row, '主要原因'),
    ]);
    found.replaceChildren(node('p', {class: 'note', role: 'status'}, rows.length ? `找到 ${rows.length} 户` : '没有这样的企业；请换名称中的几个字，或者核对代码'));
    if (!rows.length) return;
    found.append(tableOf(['企业', '代码', ...groups, '标签', '主要原因'], cells));
    if (rows.length > most) {
      const more = node('button', {type: 'button'}, `再列 ${Math.min(SHOWN, rows.length - most)} 户`);
      more.addEventListener('click', () => {
        list(most + SHOWN);
        found.querySelectorAll('tbody a')[most].focus();
      });
      found.append(more);
    }
  };
  for (const control of [query, chosen, group]) {
    control.addEventListener('input', () => {
      if (location.hash.startsWith('#e')) location.hash = '#';
      list(SHOWN);
    });
  }
  query.addEventListener('keydown', event => {
    if (event.key === 'Escape') { query.value = ''; list(SHOWN); }
    const first = found.hidden ? null : found.querySelector('tbody a');
    if (event.key === 'Enter' && first) { if (found.querySelectorAll('tbody a').length === 1) first.click(); else first.focus(); }
  });

  // --- The page of one enterprise ---
  // Several files, sheets and rows stand in parallel lists.
  const place = (other, row, fileHeader, column) => {
    const files = other.get(row, fileHeader);
    if (!files) return '';
    const [sheets, lines] = ['工作表', '行'].map(header => other.get(row, header).split('；'));
    const places = files.split('；').map((file, n) =>
      file + (sheets[n] ? `（${sheets[n]}）` : '') + (lines[n] ? `第${lines[n]}行` : ''));
    return places.join('；') + (column ? `，列“${column}”` : '');
  };
  const small = text => text ? node('small', {}, text) : '';
  const lines = (...parts) => parts.filter(part => part).flatMap((part, n) => n ? [node('br'), part] : [part]);
  const write = enterprise => {
    const get = header => enterprises.get(enterprise, header);
    const judged = rowsOf(assessments, enterprise);
    const any = header => judged.length ? assessments.get(judged[0], header) : '';
    const paper = node('div', {class: 'paper'},
      node('p', {class: 'line'}, node('span', {}, purpose), node('b', {}, state)),
      node('h2', {tabindex: '-1'}, enterprises.at(enterprise, 1), label(standing(enterprise))),
      node('p', {class: 'facts'}, [enterprises.at(enterprise, 0), ...groups.map(get)].filter(text => text).join('　'),
        node('br'), `统计期 ${any('统计期首日')} 至 ${any('统计期末日')}，截止日 ${any('截止日')}`),
      node('p', {}, get('主要原因')),
      get('标注') ? node('p', {class: 'facts'}, '标注：' + get('标注')) : '');
    const schedule = row => {
      const parts = ['主动现场检查', '年检查次数', '抽查比例', '方式'].map(header => [header, assessments.get(row, header)]);
      return parts.filter(([, value]) => value).map(([header, value]) => header + ' ' + value).join('；');
    };
    paper.append(node('h3', {}, '各领域'), tableOf(['领域', '标签', '得分和原因', '检查安排'], judged.map(row => {
      const at = header => assessments.get(row, header);
      return [at('领域'), label(at('标签') || at('状态')),
        lines(at('定级原因'), small(at('得分算式')), small(at('标注'))),
        lines(schedule(row), small(at('依据')))];
    })));
    const hits = rowsOf(deductions, enterprise);
    if (hits.length) {
      paper.append(node('h3', {}, '命中的规则'), tableOf(['领域', '规则', '记录', '记分', '依据和来源'], hits.map(row => {
        const at = header => deductions.get(row, header);
        return [at('领域'), `${at('规则编号')} ${at('规则名称')}，第${at('情形')}种情形`,
          [['日期', '文号', '种类', '违法行为'].map(at).filter(text => text).join('　')],
          at('说明'), lines(at('依据'), small(place(deductions, row, '来源文件', '')))];
      })));
    }
    const doubtful = rowsOf(problems, enterprise);
    if (doubtful.length) {
      paper.append(node('h3', {}, '须核对的数据'), tableOf(['问题', '处理', '来源'], doubtful.map(row => {
        const at = header => problems.get(row, header);
        return [at('问题'), at('是否暂缓绿标') === '是' ? node('b', {}, at('处理')) : at('处理'),
          place(problems, row, '文件', at('列'))];
      })));
    }
    const items = judged.flatMap(row => ['激励', '督促', '限制']
      .map(header => [assessments.get(row, '领域'), header, assessments.get(row, header)]).filter(([, , text]) => text));
    if (items.length) paper.append(node('h3', {}, '激励、督促和限制'), tableOf(['领域', '措施', '内容'], items));
    const standards = judged.map(row =>
      `${assessments.get(row, '标准编号')} ${assessments.get(row, '标准名称')}（${assessments.get(row, '标准阶段')}）`);
    paper.append(node('p', {class: 'facts'}, '标准：' + standards.join('；') + '。运行指纹 ' + fingerprint));
    return paper;
  };

  // The largest size at which the page stays on one A4 sheet; below 0.55 it could not be read and takes a second.
  const MILLIMETRE = 96 / 25.4;
  const fit = paper => {
    const aside = paper.cloneNode(true);
    aside.style.cssText = 'position:absolute;left:-9999px;top:0;visibility:hidden;max-width:none';
    aside.classList.add('measured');
    document.body.append(aside);
    let size = 1;
    for (; size > 0.55; size -= 0.03) {
      aside.style.width = 186 / size + 'mm';
      if (aside.offsetHeight * size <= 266 * MILLIMETRE) break;
    }
    aside.remove();
    document.documentElement.style.setProperty('--fit', size.toFixed(2));
  };

  const go = () => {
    const match = /^#e(\d+)$/.exec(location.hash);
    const enterprise = match ? Number(match[1]) : -1;
    const one = enterprise >= 0 && enterprise < enterprises.rows;
    document.body.classList.toggle('one', one);
    summary.hidden = one;
    sheet.hidden = !one;
    if (!one) { list(SHOWN); return; }
    found.hidden = true;
    const back = node('a', {href: '#'}, '← 返回');
    const print = node('button', {type: 'button'}, '打印这一页');
    print.addEventListener('click', () => window.print());
    const paper = write(enterprise);
    sheet.replaceChildren(node('div', {class: 'tools'}, back, print), paper);
    fit(paper);
    window.scrollTo(0, 0);
    paper.querySelector('h2').focus();
  };
  addEventListener('hashchange', go);
  if (document.fonts) document.fonts.ready.then(() => { const paper = sheet.querySelector('.paper'); if (paper && !sheet.hidden) fit(paper); });
  go();
})();
