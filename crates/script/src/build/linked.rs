//! One decision in two lists (同一个决定的措施和整改): a penalty and the order to rectify that belongs to it are rows of
//! two lists. So that one search can look at both, an order is seen from its penalty's row: what is known of the
//! penalty through the order (整改, 整改时效) is one value, all else of the order stands beside the penalty's own fields.

use sanse::{Constant, Expr, FieldId, ListId, Node, Place, RectificationLink, Ty, Vocabulary};

/// What a rule holds against an enterprise in a penalty or in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The act itself, by its kind or its description.
    Act,
    /// That it was not put right, or late.
    Rectification,
}

/// The two lists as one.
pub(super) struct Linked {
    pub(super) link: RectificationLink,
    /// The vocabulary in which a penalty has the fields of its order behind its own.
    pub(super) vocabulary: Vocabulary,
    /// That the order names the penalty, and that what is known through it agrees.
    pub(super) joined: Expr,
    /// The number of the order's first field among those of the penalty.
    offset: u16,
}

impl Linked {
    /// `None` where the vocabulary does not link penalties with orders.
    pub(super) fn new(vocabulary: &Vocabulary) -> Option<Linked> {
        let link = vocabulary.rectification_link?;
        let mut vocabulary = vocabulary.clone();
        let orders = vocabulary.list_def(link.orders).fields.clone();
        let sanctions = vocabulary.lists.get_mut(usize::from(link.sanctions.0))?;
        let offset = u16::try_from(sanctions.fields.len()).ok()?;
        sanctions.fields.extend(orders);
        let codes = link.codes;
        // As the caseload judges timeliness; a state that nobody knows comes from no order.
        let agreeing: [(&[u16], &[u16]); 4] = [
            (&[codes.rectified], &[codes.on_time, codes.late, codes.timeliness_unknown]),
            (&[codes.not_yet_due], &[codes.timeliness_not_due]),
            (&[codes.partly, codes.not_rectified], &[codes.overdue, codes.timeliness_unknown]),
            (&[codes.not_rechecked], &[codes.timeliness_unknown]),
        ];
        let is = |node: Node| Expr { node, ty: Ty::Bool, at: Place::default() };
        let field = |field: FieldId| {
            let ty = vocabulary.field_def(link.sanctions, field).map_or(Ty::Text, |def| def.ty);
            Box::new(Expr { node: Node::Field(field), ty, at: Place::default() })
        };
        let one_of = |of: FieldId, listed: &[u16]| {
            let of = field(of);
            let constants = match of.ty {
                Ty::Code(list) => listed.iter().map(|code| Constant::Code(list, *code)).collect(),
                _ => Vec::new(),
            };
            is(Node::OneOf(of, constants))
        };
        let agrees = agreeing.map(|(state, timely)| {
            is(Node::All(vec![one_of(link.sanction_state, state), one_of(link.sanction_timeliness, timely)]))
        });
        let named = is(Node::Has(field(FieldId(offset.checked_add(link.sanction_document.0)?))));
        let joined = is(Node::All(vec![named, is(Node::Any(agrees.into()))]));
        Some(Linked { link, vocabulary, joined, offset })
    }

    /// A condition over an order as one over the penalty that it belongs to.
    pub(super) fn seen_from_the_penalty(&self, mut condition: Expr) -> Expr {
        if let Node::Field(field) = &mut condition.node {
            *field = self.field(*field);
        }
        for part in condition.parts_mut() {
            *part = self.seen_from_the_penalty(part.clone());
        }
        condition
    }

    fn field(&self, field: FieldId) -> FieldId {
        match field {
            field if field == self.link.order_state || field == self.link.result => self.link.sanction_state,
            field if field == self.link.order_timeliness => self.link.sanction_timeliness,
            other => FieldId(self.offset.saturating_add(other.0)),
        }
    }

    /// What fields of a penalty or an order, on which a case rests, say of the enterprise; `None` if it is neither of
    /// the faults that both lists tell.
    pub(super) fn fault(&self, list: ListId, evidence: &[FieldId]) -> Option<Fault> {
        let link = &self.link;
        let rectification: &[FieldId] = if list == link.sanctions {
            &[link.sanction_state, link.sanction_timeliness]
        } else if list == link.orders {
            &[link.order_state, link.result, link.order_timeliness]
        } else {
            return None;
        };
        let roles = &self.vocabulary.list_def(list).roles;
        let act = [roles.shown.first().copied(), roles.act];
        if evidence.iter().any(|field| rectification.contains(field)) {
            Some(Fault::Rectification)
        } else {
            evidence.iter().any(|field| act.contains(&Some(*field))).then_some(Fault::Act)
        }
    }
}
