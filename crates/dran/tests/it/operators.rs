//! Operators of a deployment with several processes: what is set on one of them holds on all.

use std::time::Duration;

use dran_cluster::Cluster;
use dran_core::staff::Role;
use dran_storm::crowd::page::between;

use crate::agents::sessions;
use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};
use crate::visitor::Visitor;

/// How long something that must come about may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A process that answers staff, as an operator sees it.
struct Desk {
    client: Client,
    origin: String,
    cookie: String,
}

impl Desk {
    fn of(deployment: &Deployment, cookie: &str) -> Self {
        let address = deployment.staff_address();
        Self {
            client: Client::new(address),
            origin: format!("http://{address}"),
            cookie: cookie.to_owned(),
        }
    }

    async fn page(&self) -> String {
        let call = Call::get("/betrieb").header("cookie", &*self.cookie);
        let answer = self.client.send(&call).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text().to_owned()
    }

    /// Sends the form of this name, with what is typed into it.
    async fn send(&self, form: &str, typed: &[(&str, &str)]) {
        let page = self.page().await;
        let (before, after) = page.split_once(&format!("data-kept=\"{form}\"")).unwrap();
        let action = between(before.rsplit("<form").next().unwrap(), "action=\"", "\"").unwrap();
        let body = after.split("</form>").next().unwrap();
        let hidden = body.split("<input type=\"hidden\" ").skip(1).map(|input| {
            let value = |name: &str| between(input, &format!("{name}=\""), "\"").unwrap();
            (value("name"), value("value"))
        });
        let fields: Vec<(&str, &str)> = hidden.chain(typed.iter().copied()).collect();
        let call = Call::form(action, &fields).header("cookie", &*self.cookie);
        let answer = self.client.send(&call.header("origin", &*self.origin)).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }

    /// Waits until the page says all of this.
    async fn until(&self, says: &[&str]) {
        let looking = async {
            loop {
                let page = self.page().await;
                if says.iter().all(|text| page.contains(text)) {
                    return;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let seen = tokio::time::timeout(PATIENCE, looking).await;
        assert!(seen.is_ok(), "{says:?} are not on {}", self.page().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_operator_sets_on_one_process_holds_on_the_others() {
    for url in [None, Some(Cluster::shared().create_database(None).unwrap().url)] {
        let deployment = match &url {
            None => Deployment::new(20, &Opening::AtOnce, ""),
            Some(url) => Deployment::at(url, 20, &Opening::AtOnce, ""),
        };
        let operator = sessions(&deployment, Role::Operator, 1).remove(0);
        let citizens = deployment.serve_roles(&["public"]);
        let leading = deployment.run_roles(&["worker", "staff"]);
        let here = Desk::of(&deployment, &operator);
        let staff = deployment.run_roles(&["staff"]);
        let there = Desk::of(&deployment, &operator);
        assert_ne!(here.origin, there.origin, "another process");

        let told = [
            ("text-de", "Es geht langsamer."),
            ("text-en", "It is slower."),
            ("reason", "slow disks"),
        ];
        there.send("announce", &told).await;
        there
            .send("bounds", &[("min", "7"), ("max", "77"), ("reason", "slow disks")])
            .await;
        here.until(&["It is slower.", "value=\"7\"", "value=\"77\""]).await;

        let visitor = Visitor::new(citizens.address, 1);
        let ticket = visitor.join().await;
        let notice = async || {
            let standing = Call::get(format!("/api/v1/line/{ticket}")).language("en");
            visitor.client.send(&standing).await.expect(200)["notice"].clone()
        };
        let heard = async {
            while notice().await != "It is slower." {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.unwrap();
        here.send("withdraw", &[("reason", "fast disks")]).await;
        let silent = async {
            while !notice().await.is_null() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::time::timeout(PATIENCE, silent).await.unwrap();
        for process in [citizens, staff, leading] {
            process.stop();
        }
        deployment.audit();
    }
}
