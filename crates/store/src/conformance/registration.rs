//! Registrations and verification codes.

use std::sync::Arc;

use dran_core::ids::{CampaignId, RegistrationId};

use super::world::{CODE, World, message, person_of, second};
use crate::{
    ContactRecord, Failure, Fault, MessageKind, NewCode, NewRegistration, RegisterRefusal, ResendCode, ResendRefusal,
    Store, Verify, VerifyRefusal,
};

const WRONG: [u8; 32] = [8; 32];

fn verify(registration: RegistrationId, code_hash: [u8; 32], at: i64) -> Verify {
    Verify {
        registration,
        code_hash,
        tries_max: 3,
        now: second(at),
    }
}

fn resend(registration: RegistrationId, code_hash: [u8; 32]) -> ResendCode {
    let code = NewCode {
        hash: code_hash,
        valid_until: second(4000),
        message: message(MessageKind::Code, vec![]),
    };
    ResendCode {
        registration,
        contact: None,
        code: Some(code),
        sends_max: 3,
        now: second(10),
    }
}

async fn waiting(world: &World) -> u64 {
    world.store.counts().await.unwrap().messages_waiting
}

pub(crate) async fn a_registration_comes_back_as_it_was_made(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let mut new = world.new_registration(1, vec![person_of(1, 0), person_of(1, 1)]);
    new.persons[1].given_name = String::new();
    new.persons[1].sex = 'x';
    let id = world.store.register(new.clone()).await.unwrap();
    let stored = world.store.registration(id).await.unwrap().unwrap();
    assert_eq!(
        (stored.id, &stored.campaign, &stored.language),
        (id, &new.campaign, &new.language)
    );
    assert_eq!((&stored.persons, &stored.contact), (&new.persons, &new.contact));
    assert_eq!((stored.verified_at, stored.code_tries, stored.codes_sent), (None, 0, 1));
    assert_eq!(world.store.registration(RegistrationId(999)).await, Ok(None));
}

pub(crate) async fn the_same_attempt_registers_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let new = world.new_registration(1, vec![person_of(1, 0)]);
    let (first, second) = tokio::join!(world.store.register(new.clone()), world.store.register(new.clone()));
    assert_eq!(first, second);
    assert_eq!(world.store.register(new).await, first);
    assert_eq!(waiting(&world).await, 1, "one code was sent");
}

pub(crate) async fn a_corrected_form_is_another_registration(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let mistyped = world.new_registration(1, vec![person_of(1, 0)]);
    let mut corrected = mistyped.clone();
    corrected.persons[0].family_name = "von der Höhe".into();
    let first = world.store.register(mistyped.clone()).await.unwrap();
    let second = world.store.register(corrected.clone()).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(world.store.register(corrected).await, Ok(second));
    assert_eq!(world.store.register(mistyped).await, Ok(first));
}

pub(crate) async fn nobody_registers_for_a_campaign_that_is_not_there(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let new = NewRegistration {
        campaign: CampaignId::new("nobody"),
        ..world.new_registration(1, vec![person_of(1, 0)])
    };
    assert_eq!(
        world.store.register(new).await,
        Err(Failure::Refused(RegisterRefusal::UnknownCampaign))
    );
    assert_eq!(waiting(&world).await, 0);
}

pub(crate) async fn a_letter_needs_no_code(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let contact = ContactRecord::Letter {
        street: "Am Höhenweg 1".into(),
        town: "Kassel".into(),
    };
    let new = NewRegistration {
        contact: contact.clone(),
        code: None,
        ..world.new_registration(1, vec![person_of(1, 0)])
    };
    let id = world.store.register(new).await.unwrap();
    let stored = world.store.registration(id).await.unwrap().unwrap();
    assert_eq!(
        (stored.contact, stored.verified_at, stored.codes_sent),
        (contact, Some(second(0)), 0)
    );
}

pub(crate) async fn the_right_code_verifies_and_may_be_sent_twice(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let id = world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    let wrong = world.store.verify(verify(id, WRONG, 4)).await;
    assert_eq!(wrong, Err(Failure::Refused(VerifyRefusal::Wrong { tries_left: 2 })));
    assert_eq!(world.store.verify(verify(id, CODE, 5)).await, Ok(()));
    assert_eq!(world.store.verify(verify(id, CODE, 6)).await, Ok(()));
    assert_eq!(
        world.store.registration(id).await.unwrap().unwrap().verified_at,
        Some(second(5))
    );
    let nobody = world.store.verify(verify(RegistrationId(999), CODE, 5)).await;
    assert_eq!(nobody, Err(Failure::Refused(VerifyRefusal::UnknownRegistration)));
}

pub(crate) async fn a_code_dies_of_wrong_tries(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let id = world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    for tries_left in [2, 1, 0, 0] {
        let wrong = world.store.verify(verify(id, WRONG, 5)).await;
        assert_eq!(wrong, Err(Failure::Refused(VerifyRefusal::Wrong { tries_left })));
    }
    assert_eq!(world.store.registration(id).await.unwrap().unwrap().code_tries, 3);
    let too_late = world.store.verify(verify(id, CODE, 5)).await;
    assert_eq!(too_late, Err(Failure::Refused(VerifyRefusal::Wrong { tries_left: 0 })));

    world.store.resend_code(resend(id, [9; 32])).await.unwrap();
    let old_code = world.store.verify(verify(id, CODE, 11)).await;
    assert_eq!(old_code, Err(Failure::Refused(VerifyRefusal::Wrong { tries_left: 2 })));
    assert_eq!(world.store.verify(verify(id, [9; 32], 12)).await, Ok(()));
}

pub(crate) async fn guessers_at_the_same_moment_share_the_tries(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let id = world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    let mut guessing = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let world = world.clone();
        guessing.spawn(async move { world.store.verify(verify(id, WRONG, 5)).await.unwrap_err() });
    }
    let counted = guessing.join_all().await;
    let with_tries_left = counted
        .iter()
        .filter(|refusal| matches!(refusal, Failure::Refused(VerifyRefusal::Wrong { tries_left: 1.. })))
        .count();
    assert_eq!(with_tries_left, 2);
    assert_eq!(world.store.registration(id).await.unwrap().unwrap().code_tries, 3);
}

pub(crate) async fn a_code_ends_with_its_time(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let id = world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    let late = world.store.verify(verify(id, CODE, 1801)).await;
    assert_eq!(late, Err(Failure::Refused(VerifyRefusal::Expired)));
    assert_eq!(world.store.verify(verify(id, CODE, 1800)).await, Ok(()));
}

pub(crate) async fn codes_are_sent_again_but_not_for_ever(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let id = world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    for _ in 0..2 {
        world.store.resend_code(resend(id, [9; 32])).await.unwrap();
    }
    let many = world.store.resend_code(resend(id, [9; 32])).await;
    assert_eq!(many, Err(Failure::Refused(ResendRefusal::TooMany)));
    assert_eq!(
        (
            waiting(&world).await,
            world.store.registration(id).await.unwrap().unwrap().codes_sent
        ),
        (3, 3)
    );
    let nobody = world.store.resend_code(resend(RegistrationId(999), CODE)).await;
    assert_eq!(nobody, Err(Failure::Refused(ResendRefusal::UnknownRegistration)));

    world.store.verify(verify(id, [9; 32], 12)).await.unwrap();
    let verified = world.store.resend_code(resend(id, [9; 32])).await;
    assert_eq!(verified, Err(Failure::Refused(ResendRefusal::AlreadyVerified)));
}

pub(crate) async fn a_mistyped_contact_is_corrected_with_a_new_code(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let id = world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    let email = ContactRecord::Email("aenne@example.org".into());
    let corrected = ResendCode {
        contact: Some(email.clone()),
        ..resend(id, [9; 32])
    };
    world.store.resend_code(corrected).await.unwrap();
    assert_eq!(world.store.registration(id).await.unwrap().unwrap().contact, email);

    let no_code = ResendCode {
        code: None,
        ..resend(id, CODE)
    };
    assert!(matches!(
        world.store.resend_code(no_code).await,
        Err(Failure::Fault(Fault::Failed(_)))
    ));
    let letter = ContactRecord::Letter {
        street: "Am Höhenweg 1".into(),
        town: "Kassel".into(),
    };
    let by_letter = ResendCode {
        contact: Some(letter.clone()),
        code: None,
        ..resend(id, CODE)
    };
    world.store.resend_code(by_letter).await.unwrap();
    let stored = world.store.registration(id).await.unwrap().unwrap();
    assert_eq!((stored.contact, stored.verified_at), (letter, Some(second(10))));
}
