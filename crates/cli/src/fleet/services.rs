use super::Sockets;
use super::settings::Settings;
use futures::future::BoxFuture;
use janchi_runtime::Clock;
use tokio_util::sync::CancellationToken;

/// A service's name and its run from start to end.
type Run = (&'static str, BoxFuture<'static, anyhow::Result<()>>);

/// All eight, not running yet. The gateway has a token of its own: it ends before those it passes requests to.
pub(crate) fn all(
    settings: &Settings<'_>,
    sockets: &mut Sockets,
    clock: &Clock,
    shutdown: &CancellationToken,
    gateway_shutdown: &CancellationToken,
) -> anyhow::Result<Vec<Run>> {
    let user = settings.user(sockets)?;
    let event = settings.event(sockets)?;
    let ai = settings.ai(sockets)?;
    let content = settings.content(sockets)?;
    let distribution = settings.distribution(sockets)?;
    let participation = settings.participation(sockets)?;
    let analytics = settings.analytics(sockets)?;
    let gateway = settings.gateway(sockets)?;
    let (time, stop) = (|| clock.clone(), || shutdown.clone());
    Ok(vec![
        (
            "user",
            Box::pin(user_service::serve(
                user,
                sockets.take("user")?,
                time(),
                stop(),
            )),
        ),
        (
            "event",
            Box::pin(event_service::serve(
                event,
                sockets.take("event")?,
                time(),
                stop(),
            )),
        ),
        (
            "ai",
            Box::pin(ai_service::serve(ai, sockets.take("ai")?, time(), stop())),
        ),
        (
            "content",
            Box::pin(content_service::serve(
                content,
                sockets.take("content")?,
                time(),
                stop(),
            )),
        ),
        (
            "distribution",
            Box::pin(distribution_service::serve(
                distribution,
                sockets.take("distribution")?,
                time(),
                stop(),
            )),
        ),
        (
            "participation",
            Box::pin(participation_service::serve(
                participation,
                sockets.take("participation")?,
                time(),
                stop(),
            )),
        ),
        (
            "analytics",
            Box::pin(analytics_service::serve(
                analytics,
                sockets.take("analytics")?,
                time(),
                stop(),
            )),
        ),
        (
            "gateway",
            Box::pin(janchi_gateway::serve(
                gateway,
                sockets.take("gateway")?,
                gateway_shutdown.clone(),
            )),
        ),
    ])
}
