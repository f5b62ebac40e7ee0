use crate::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

/// One page of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "{T}List")]
pub struct List<T> {
    pub items: Vec<T>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
    pub total_count: i64,
}

/// Where a page begins: the sort key of the last item of the page before, opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Wraps a sort key.
    pub fn encode<K: Serialize>(key: &K) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
    }

    /// The sort key.
    ///
    /// # Errors
    /// 422 for a cursor that this list did not give out.
    pub fn decode<K: DeserializeOwned>(&self) -> Result<K, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| {
                Problem::validation().field(
                    "cursor",
                    "UNKNOWN_CURSOR",
                    "목록을 처음부터 다시 불러와 주세요.",
                    "Start the list from the beginning.",
                )
            })
    }
}

/// How much of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// 1–100.
    pub limit: i64,
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// From the query's `limit` (20 if absent) and `cursor`.
    ///
    /// # Errors
    /// 422 for a limit outside 1–100; it is never clamped.
    pub fn parse(limit: Option<i64>, cursor: Option<String>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(20);
        if !(1..=100).contains(&limit) {
            return Err(Problem::validation().field(
                "limit",
                "OUT_OF_RANGE",
                "1에서 100 사이로 정해 주세요.",
                "Must be between 1 and 100.",
            ));
        }
        Ok(Self {
            limit,
            cursor: cursor.filter(|c| !c.is_empty()).map(Cursor),
        })
    }

    /// The cursor's sort key, if this is not the first page.
    ///
    /// # Errors
    /// As [`Cursor::decode`].
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.cursor.as_ref().map(Cursor::decode).transpose()
    }

    /// How many rows to read: one more than shown, which tells whether another page follows.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// A page of up to [`PageRequest::rows`] rows.
    pub fn page<T, K: Serialize>(
        &self,
        mut items: Vec<T>,
        total_count: i64,
        key: impl Fn(&T) -> K,
    ) -> List<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|last| Cursor::encode(&key(last)));
        List {
            items,
            next_cursor,
            total_count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PageRequest;

    #[test]
    fn a_limit_outside_is_refused_and_never_clamped() {
        for limit in [0, -1, 101, i64::MAX] {
            assert_eq!(
                PageRequest::parse(Some(limit), None).unwrap_err().status(),
                422
            );
        }
        assert_eq!(PageRequest::parse(None, None).unwrap().limit, 20);
    }

    #[test]
    fn a_cursor_leads_to_the_next_page_and_the_last_has_none() {
        let first = PageRequest::parse(Some(2), None).unwrap();
        let page = first.page(vec![1, 2, 3], 3, |n| *n);
        assert_eq!(page.items, [1, 2]);
        let second = PageRequest::parse(Some(2), page.next_cursor).unwrap();
        assert_eq!(second.after::<i32>().unwrap(), Some(2));
        assert_eq!(second.page(vec![3], 3, |n| *n).next_cursor, None);
        let garbage = PageRequest::parse(None, Some("%%%".into())).unwrap();
        assert_eq!(garbage.after::<i32>().unwrap_err().status(), 422);
    }
}
