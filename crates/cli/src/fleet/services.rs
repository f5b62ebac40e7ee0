use super::Sockets;
use super::settings::Settings;
use futures::future::{BoxFuture, FutureExt};
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
    // A service that cannot go on cancels its own token: that is for the fleet to see, not for the others to feel.
    let (time, stop) = (|| clock.clone(), || shutdown.child_token());
    let services = [
        user_service::assemble(settings.user(sockets)?, time(), stop())?,
        event_service::assemble(settings.event(sockets)?, time(), stop())?,
        ai_service::assemble(settings.ai()?, time(), stop())?,
        content_service::assemble(settings.content(sockets)?, time(), stop())?,
        distribution_service::assemble(settings.distribution(sockets)?, time(), stop())?,
        participation_service::assemble(settings.participation(sockets)?, time(), stop())?,
        analytics_service::assemble(settings.analytics(sockets)?, time(), stop())?,
    ];
    let mut runs: Vec<Run> = Vec::new();
    for service in services {
        let name = service.name();
        runs.push((name, service.serve(sockets.take(name)?).boxed()));
    }
    let gateway = settings.gateway(sockets)?;
    let listeners = sockets.take("gateway")?;
    let serving = janchi_gateway::serve(gateway, listeners, gateway_shutdown.clone());
    runs.push(("gateway", serving.boxed()));
    Ok(runs)
}
