### The page for operators: how the day goes, and what can be done.

operations-title = Operations
operations-at = As of { $time }
operations-live = The numbers renew themselves.
operations-lost = No new numbers since { $time }. The page keeps trying.
operations-signed-out = Your login has ended. Please sign in again to get new numbers.
operations-reload = Reload now
operations-reload-often = Reload by itself every five seconds
operations-reload-stop = Do not reload by itself any more
operations-keys = Keys:

## What is going on
operations-verdict-label = Situation
operations-verdict-calm = All is well.
operations-verdict-watch = It works. Please keep an eye on this:
operations-verdict-act = Please see to this:
operations-alarm-store-away = The database does not answer. Nobody can book. The line stands still, no place is lost.
operations-alarm-nobody-leads = No node leads. Nobody is called.
operations-alarm-bookings-rest = Bookings rest (“dran read-only”). Whoever is inside gets the time back.
operations-alarm-paused = { $count ->
    [one] One campaign is paused. Nobody is called there.
   *[other] { $count } campaigns are paused. Nobody is called there.
}
operations-alarm-nodes-silent = { $count ->
    [one] One node is silent.
   *[other] { $count } nodes are silent.
}
operations-alarm-slow = The database is slow. Fewer are let in at a time until it keeps up.
operations-alarm-nothing-left = { $count ->
    [one] In one line people wait, and nothing is left.
   *[other] In { $count } lines people wait, and nothing is left.
}
operations-alarm-outbox = { $count } messages wait in the outbox.
operations-alarm-no-agent = { $count } call-backs are due, and nobody at the phone is ready.

## The numbers that matter
operations-numbers-title = At a glance
operations-booked = Bookings a minute
operations-booked-hint = last 60 s; { $joined } joined, { $called } called
operations-inside = Inside right now
operations-inside-hint = at most { $target } in a campaign (bounds { $min } to { $max })
operations-delay = Delay of bookings
operations-delay-hint = goal: under { $goal } ms
operations-delay-value = { $ms } ms
operations-waiting = Waiting in line
operations-waiting-hint = { $joined } have joined
operations-free = Free pairs of appointments
operations-free-hint = of { $released }; { $booked } booked
operations-outbox = Outbox
operations-outbox-hint = messages wait; { $sent } sent
operations-agents = Ready at the phone
operations-agents-hint = { $calling } on a call, { $wrapping } wrapping up, { $resting } having a break
operations-callbacks = Call-backs that are due
operations-callbacks-hint = { $waiting } still wait for their place
operations-none = –

## How it went
operations-chart-title = Bookings a minute
operations-chart-text = A bar for each whole minute, the newest on the right. Highest value: { $most }.
operations-chart-table = As a table
operations-minute = Minute until
operations-count = Bookings

## Campaigns and lines
operations-opens = opens on { $day }, { $time }
operations-opened = opened on { $day }, { $time }
operations-state-scheduled = not open yet
operations-state-open = running
operations-state-paused = paused
operations-state-closed = ended
operations-lines-title = The lines
operations-line = Centres
operations-line-state = State
operations-line-joined = Joined
operations-line-waiting = Waiting
operations-line-inside = Inside
operations-line-called = Called
operations-line-rate = Calls a minute
operations-line-wait = Who comes now waits
operations-line-longest = Longest wait
operations-line-free = Free
operations-line-scheduled = waits for the opening
operations-line-drawing = being drawn
operations-line-open = running
operations-line-paused = paused
operations-line-closed = ended
operations-line-empty = nothing left
operations-minutes = { $count } min

## What can be done
operations-reason = Why?
operations-reason-hint = Every step needs a reason. It stands in the audit log; please name nobody in it who books.
operations-reason-slow = Database slow
operations-reason-fault = Fault, being looked into
operations-reason-supply = Delivery changed
operations-reason-mended = Fault mended
operations-reason-test = Rehearsal
operations-pause = Pause
operations-pause-text = Nobody is called or let in any more. Whoever is inside books to the end. Everybody keeps their place.
operations-resume = Resume
operations-resume-text = The line goes on where it stood.
operations-close-title = End for good
operations-close = End the campaign
operations-close-text = This cannot be undone: nobody can join or is called any more. Whoever is inside books to the end.
operations-close-sure = Yes, this campaign is to end
operations-bounds-title = Bounds
operations-bounds-text = So many may be inside at once in a campaign. Between the two, dran goes by how fast the database is.
operations-bounds-min = At least
operations-bounds-max = At most
operations-bounds-set = Set bounds
operations-bounds-reset = Back to { $min } to { $max }
operations-bounds-are-set = Set by operators. The configuration says { $min } to { $max }.
operations-announcement-title = Notice to everybody who waits
operations-announcement-text = Stands at the top of every page of the portal. Who waits sees it as soon as their page asks next.
operations-announcement-now = This stands there now (since { $time }):
operations-announcement-none = Nothing stands there now.
operations-announcement-in = Text: { $language }
operations-announce = Show the notice
operations-withdraw = Take the notice back

## Supply
operations-supply-title = Supply
operations-supply-centre = Centre
operations-supply-vaccine = Vaccine
operations-supply-delivered = Doses delivered
operations-supply-unreleased = Doses not released yet
operations-supply-released = Pairs released
operations-supply-free = of them free
operations-supply-none = Nothing has been delivered yet.
operations-release-title = Release delivered doses
operations-release-text = Doses and lanes become pairs of appointments that can be booked. A first dose is only released together with its second. Deliveries are booked in with “dran delivery import”.
operations-release-who = Planning releases this.
operations-release-all = all centres
operations-release-from = First doses from
operations-release-to = until
operations-release-hold-back = Hold back doses for second appointments
operations-release-hold-all = all
operations-release-hold-half = half of them
operations-release-hold-none = none
operations-release = Release

## Phone and nodes
operations-phone-title = Phone
operations-agents-state = State
operations-agents-count = How many
operations-agents-ready = ready
operations-agents-on-call = on a call
operations-agents-wrap-up = wrapping up
operations-agents-break = having a break
operations-nodes-title = Nodes
operations-node = Node
operations-node-state = State
operations-node-leads = leads
operations-node-there = there
operations-node-silent = silent
operations-node-seen = Last heard of
operations-node-began = Running since
operations-node-delay = Delay
operations-nodes-none = No node has said that it is there yet.

## What is wrong
operations-error-reason-short = Please say in a few words why.
operations-error-reason-long = Please be shorter: at most 200 characters.
operations-error-state = This campaign stands differently by now. Nothing was changed.
operations-error-number = Please enter a number.
operations-error-zero = At least one must get in. If nobody is to get in, pause the campaign.
operations-error-crossed = The least is more than the most.
operations-error-many = At most 1,000,000.
operations-error-announcement-empty = Please write the notice in every language.
operations-error-announcement-long = At most 400 characters: it is read between two looks.
operations-error-announcement-other = Something else stands there by now. Nothing was changed.
operations-error-sure = Please confirm that the campaign is to end.
operations-error-days = Please give the first and the last day, a year apart at most.
operations-error-vaccine = Please choose a vaccine.
operations-error-centre = There is no such centre.
operations-error-nothing = There is nothing to release for these days: no doses, or no places left.
operations-error-released = Somebody else has released meanwhile. Please look at the numbers again.
