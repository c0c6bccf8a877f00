//! Whether a vocabulary is one that columns can be made from.

use crate::vocabulary::{
    CodeListId, Derivation, ENTERPRISE, FieldDef, FieldId, ListDef, ListId, OutcomeLink, RectificationLink,
    Ty, Vocabulary,
};

type Checked = Result<(), String>;

const MOST: usize = u16::MAX as usize;

impl Vocabulary {
    /// Checks that every number points at something of the right type and that every range fits its column.
    ///
    /// # Errors
    /// The first thing that is wrong, in Chinese.
    pub fn validate(&self) -> Result<(), String> {
        if self.lists.is_empty() || self.lists.len() > MOST || self.code_lists.len() > MOST {
            return Err("清单或代码表的个数不对".to_owned());
        }
        for codes in &self.code_lists {
            let groups = codes.groups.map(|id| self.code_list(id).map_or(0, |list| list.codes.len()));
            let grouped = |group: Option<u16>| match (group, groups) {
                (Some(group), Some(count)) => usize::from(group) < count,
                (group, _) => group.is_none(),
            };
            if codes.codes.len() > MOST || !codes.codes.iter().all(|code| grouped(code.group)) {
                return Err(format!("代码表“{}”不完整", codes.name.chinese));
            }
        }
        for list in &self.lists {
            self.list_holds(list).map_err(|what| format!("“{}”{what}", list.name.chinese))?;
        }
        if let Some(link) = &self.rectification_link {
            self.rectification_holds(link)?;
        }
        if let Some(link) = &self.branch_link {
            let text = Some(Ty::Text);
            if !self.has(ENTERPRISE, &[(link.code, text), (link.name, text), (link.head, text)]) {
                return Err("分支机构与总机构的联系不完整".to_owned());
            }
        }
        self.outcome_link.as_ref().map_or(Ok(()), |link| self.outcome_holds(link))
    }

    fn codes(&self, id: CodeListId) -> usize {
        self.code_list(id).map_or(0, |list| list.codes.len())
    }

    fn list_holds(&self, list: &ListDef) -> Checked {
        if list.fields.len() > MOST {
            return Err("的字段过多".to_owned());
        }
        for def in &list.fields {
            if !self.range_fits(def) || !self.derivation_holds(list, def) {
                return Err(format!("的字段“{}”不完整", def.name.chinese));
            }
        }
        let roles = &list.roles;
        let is = |field: Option<FieldId>, ty: Ty| {
            field.is_none_or(|f| list.field_def(f).is_some_and(|def| def.ty == ty))
        };
        let texts = [roles.domain, roles.decision, roles.act, roles.document, roles.branch];
        let days = [roles.date, roles.known_on];
        let shown = roles.shown.iter().all(|f| list.field_def(*f).is_some());
        let coded = |field: FieldId, values: &[u16]| match list.field_def(field).map(|def| def.ty) {
            Some(Ty::Code(codes)) => values.iter().all(|v| usize::from(*v) < self.codes(codes)),
            _ => false,
        };
        let void = roles.void.as_ref().is_none_or(|(field, values)| coded(*field, values));
        let views = list.views.iter().all(|view| coded(view.field, &view.values));
        if texts.into_iter().all(|f| is(f, Ty::Text))
            && days.into_iter().all(|f| is(f, Ty::Date))
            && shown
            && void
            && views
        {
            Ok(())
        } else {
            Err("的日期、文号等关键字段不完整".to_owned())
        }
    }

    fn range_fits(&self, def: &FieldDef) -> bool {
        let (least, most) = def.range;
        let within = |low: i64, high: i64| low <= least && least <= most && most <= high;
        match def.ty {
            Ty::Bool => within(0, 1),
            Ty::Code(id) => match self.codes(id) as i64 {
                0 => false,
                count => within(0, count - 1),
            },
            Ty::Text => within(0, i64::from(u32::MAX) - 1),
            Ty::Date => within(i64::from(i32::MIN) + 1, i64::from(i32::MAX)),
            Ty::Int | Ty::Money | Ty::Points => within(i64::MIN + 1, i64::MAX),
            // Only constants are spans.
            Ty::Span => false,
        }
    }

    fn derivation_holds(&self, list: &ListDef, def: &FieldDef) -> bool {
        let source = |from: FieldId| list.field_def(from).map(|f| f.ty);
        match (def.derived, def.ty) {
            (None, _) | (Some(Derivation::Branch), Ty::Text) => true,
            (Some(Derivation::GroupOf(from)), Ty::Code(groups)) => match source(from) {
                Some(Ty::Code(codes)) => self.code_list(codes).is_some_and(|c| c.groups == Some(groups)),
                _ => false,
            },
            (Some(Derivation::GravestOf(from)), ty) => source(from) == Some(ty),
            (Some(Derivation::DocumentKeyOf(from)), Ty::Text) => source(from) == Some(Ty::Text),
            (Some(Derivation::Default(code)), Ty::Code(codes)) => usize::from(code) < self.codes(codes),
            _ => false,
        }
    }

    fn has(&self, list: ListId, fields: &[(FieldId, Option<Ty>)]) -> bool {
        let def = self.lists.get(usize::from(list.0));
        fields.iter().all(|(field, ty)| {
            let found = def.and_then(|def| def.field_def(*field)).map(|def| def.ty);
            match ty {
                Some(ty) => found == Some(*ty),
                None => found.is_some(),
            }
        })
    }

    /// The code list of a field, if it has one that holds these codes.
    fn coded(&self, list: ListId, field: FieldId, codes: &[u16]) -> Option<CodeListId> {
        match self.lists.get(usize::from(list.0))?.field_def(field)?.ty {
            Ty::Code(id) if codes.iter().all(|code| usize::from(*code) < self.codes(id)) => Some(id),
            _ => None,
        }
    }

    fn rectification_holds(&self, link: &RectificationLink) -> Checked {
        let c = link.codes;
        let (text, day) = (Some(Ty::Text), Some(Ty::Date));
        let sanctions = self.has(
            link.sanctions,
            &[
                (link.sanction_decision, text),
                (link.status_date, day),
                (link.repaired_on, day),
                (link.sanction_due, day),
                (link.sanction_done, day),
            ],
        );
        let orders = self.has(
            link.orders,
            &[
                (link.order_decision, text),
                (link.sanction_document, text),
                (link.due, day),
                (link.extended_to, day),
                (link.rechecked_on, day),
                (link.done, day),
            ],
        );
        let states = [c.rectified, c.not_yet_due, c.unknown, c.not_rechecked, c.partly, c.not_rectified];
        let state = self.coded(link.orders, link.order_state, &states);
        let timeliness = self.coded(link.orders, link.order_timeliness, &c.by_lateness());
        let same = state.is_some()
            && state == self.coded(link.sanctions, link.sanction_state, &states)
            && state == self.coded(link.orders, link.result, &states)
            && timeliness.is_some()
            && timeliness == self.coded(link.sanctions, link.sanction_timeliness, &[])
            && self.coded(link.sanctions, link.status, &[c.valid]).is_some();
        if sanctions && orders && same { Ok(()) } else { Err("整改和措施的连接不完整".to_owned()) }
    }

    fn outcome_holds(&self, link: &OutcomeLink) -> Checked {
        let plain = self.has(
            link.list,
            &[
                (link.domain, Some(Ty::Text)),
                (link.grade, Some(Ty::Text)),
                (link.score, Some(Ty::Points)),
                (link.incomplete, Some(Ty::Bool)),
            ],
        );
        let coded = self.coded(link.list, link.state, &[0, 1, 2]).is_some()
            && self.coded(link.list, link.label, &[0, 1, 2]).is_some();
        if plain && coded { Ok(()) } else { Err("领域结果的字段不完整".to_owned()) }
    }
}
