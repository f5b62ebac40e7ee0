//! The handle a test or `janchi up` holds: base URLs, faults, calls, messages.

use crate::calls::Call;
use crate::fault::{Armed, Fault, Vendor};
use crate::kt::Decision;
use crate::messages::Message;
use crate::stage::Stage;
use crate::{routes, server};
use janchi_runtime::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

/// A running practice server on loopback; it stops when this is dropped.
pub struct Partners {
    stage: Stage,
    base: Url,
    _stop: DropGuard,
}

impl Partners {
    /// Starts on a free port of loopback, by the machine's clock.
    ///
    /// # Panics
    /// When loopback has no free port; there is no test or demonstration to be had then.
    pub async fn spawn() -> Self {
        Self::spawn_with(Clock::system()).await
    }

    /// The same by a given clock, so that statistics grow with the time a test makes.
    ///
    /// # Panics
    /// As [`Partners::spawn`].
    pub async fn spawn_with(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let stop = CancellationToken::new();
        let (stage, base) = stage_for(&listener, clock).expect("a bound listener has an address");
        tokio::spawn(server::run(listener, routes::router(&stage), stop.clone()));
        Self {
            stage,
            base,
            _stop: stop.drop_guard(),
        }
    }

    /// `http://127.0.0.1:port/`
    pub fn base_url(&self) -> Url {
        self.base.clone()
    }

    /// Stands for `https://api.odcloud.kr/api/nts-businessman/v1`; post to `status` and `validate`.
    pub fn tax_office_url(&self) -> Url {
        self.at("tax-office/api/nts-businessman/v1")
    }

    /// Stands for `https://api.anthropic.com`; post to `v1/messages`.
    pub fn anthropic_url(&self) -> Url {
        self.at("anthropic")
    }

    /// Stands for `https://api.openai.com/v1`; post to `chat/completions`, `responses`, `images/generations`.
    pub fn openai_url(&self) -> Url {
        self.at("openai/v1")
    }

    /// Stands for `https://api.stability.ai`; post to `v2beta/stable-image/generate/core`.
    pub fn stability_url(&self) -> Url {
        self.at("stability")
    }

    /// Stands for `https://graph.instagram.com/v26.0`; post to `{user}/media`.
    pub fn instagram_url(&self) -> Url {
        self.at("instagram/v26.0")
    }

    /// Stands for `https://openapi.naver.com`; post to `v1/cafe/{club}/menu/{menu}/articles`.
    pub fn naver_url(&self) -> Url {
        self.at("naver")
    }

    /// Stands for `https://naverapihub.apigw.ntruss.com/datalab/v1`; post to `search`.
    pub fn datalab_url(&self) -> Url {
        self.at("datalab/v1")
    }

    /// Stands for `https://kapi.kakao.com`, `https://kauth.kakao.com` and the message dealer in one.
    pub fn kakao_url(&self) -> Url {
        self.at("kakao")
    }

    /// The partner gateway of 우리동네TV; post to `materials`, `campaigns`.
    pub fn uridongne_tv_url(&self) -> Url {
        self.at("uridongne-tv/partner/v1")
    }

    /// The partner gateway of 지니TV.
    pub fn genie_tv_url(&self) -> Url {
        self.at("genie-tv/partner/v1")
    }

    /// The partner gateway of 링고비즈.
    pub fn ringo_biz_url(&self) -> Url {
        self.at("ringo-biz/partner/v1")
    }

    /// The dealer for messages of our own: `alimtalk/v2.3/appkeys/{appkey}/messages`, `sms/v3.0/appKeys/{appkey}/sender/sms`.
    pub fn messages_url(&self) -> Url {
        self.at("messages")
    }

    /// Arms a fault for every operation of a vendor.
    pub fn fault(&self, vendor: Vendor, fault: Fault) {
        self.stage.faults().arm(Armed {
            vendor,
            operation: None,
            fault,
        });
    }

    /// Arms a fault for one operation, by the name the README lists.
    pub fn fault_on(&self, vendor: Vendor, operation: &str, fault: Fault) {
        self.stage.faults().arm(Armed {
            vendor,
            operation: Some(operation.to_owned()),
            fault,
        });
    }

    /// All vendors are well again.
    pub fn clear_faults(&self) {
        self.stage.faults().clear(None);
    }

    /// The calls a vendor got, oldest first.
    pub fn calls(&self, vendor: Vendor) -> Vec<Call> {
        self.stage.calls().list(Some(vendor), None)
    }

    /// The calls of one operation.
    pub fn calls_of(&self, vendor: Vendor, operation: &str) -> Vec<Call> {
        self.stage.calls().list(Some(vendor), Some(operation))
    }

    /// What was sent by message, to one receiver or to all.
    pub fn messages(&self, to: Option<&str>) -> Vec<Message> {
        self.stage.messages().list(to)
    }

    /// Decides what a `PENDING` fault has left waiting; gives how many things that were.
    pub fn review(&self, vendor: Vendor, decision: Decision) -> usize {
        self.stage.decide(vendor, None, decision)
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }
}

/// State for a server on this listener, and the URL it is reached at.
pub(crate) fn stage_for(listener: &TcpListener, clock: Clock) -> anyhow::Result<(Stage, Url)> {
    let address = listener.local_addr()?;
    let host = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };
    let base = Url::parse(&format!("http://{host}/"))?;
    Ok((
        Stage::new(clock, base.as_str().trim_end_matches('/').to_owned()),
        base,
    ))
}
