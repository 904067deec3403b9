### The report of a replay, for those who look after a service.

## Head
storm-about = Replayed against { $target }, campaign { $campaign }, at speed { $speed } and size { $scale } (seed { $seed }).
storm-passed = All { $all } bars were reached.
storm-missed = { $passed } of { $all } bars were reached.
storm-cut-short = The replay was ended early. Its figures are of a part of the day.
storm-service-gone = The service was gone: for ten seconds nobody listened at its address.
storm-no-codes = No verification code could be read here. Everybody gave a postal address.
storm-was-open = The campaign was open already. Nobody took part in a draw.
storm-no-think = Nobody took any time for a page: this shows how fast the service is, not how a day goes.
storm-doors-portal = Callers and agents used the calls of the portal; the hotline and the desk's pages were not played.
storm-doors-hotline = Callers rang up the hotline. Agents of the replay did not work at the desk: { $waiting } callers with a place have not been rung up by it.
storm-doors-desk = Callers rang up the hotline, and { $agents } agents, logged in at the desk, rang them back and booked page by page.

## Bars
storm-bars = Bars
storm-bar = What must hold
storm-goal = Goal
storm-value = Measured
storm-verdict = Verdict
storm-reached = reached
storm-bar-missed = MISSED
storm-not-measured = not measured
storm-at-least = at least { $number }
storm-at-most = at most { $number }
storm-bar-joined-percent = People with a place in the line, of those who came, in per cent
storm-bar-joins-not-given = Times that somebody was not given a place at once
storm-bar-error-pages = Error pages
storm-bar-failed-requests = Requests without a good answer
storm-bar-places-lost = Places in the line that were lost
storm-bar-callers-turned-away = Callers who gave up
storm-bar-booked = Series booked
storm-bar-booked-within-s = Seconds from the opening to the last booking
storm-bar-requests-per-s = Requests a second
storm-bar-requests = Requests
storm-bar-took-s = Seconds that the replay took
storm-bar-not-sent = Requests that were due and never sent
storm-bar-lag-p99-ms = How late the generator was, 99 of 100 requests, in milliseconds
storm-bar-desk-p50-ms = Agents at the desk: half are answered within, in milliseconds
storm-bar-desk-p99-ms = Agents at the desk: 99 of 100 are answered within, in milliseconds
storm-bar-desk-errors = What went wrong at the desk
storm-latency-p50 = { $kind }: half are answered within, in milliseconds
storm-latency-p99 = { $kind }: 99 of 100 are answered within, in milliseconds
storm-latency-p999 = { $kind }: 999 of 1,000 are answered within, in milliseconds
storm-latency-max = { $kind }: all are answered within, in milliseconds

## Side by side
storm-sides = That day and now
storm-then = That day
storm-now = Now
storm-booked-then = { $time } after the opening: { $number } appointments
storm-now-joined = { $joined } of { $came } people had a place in the line.
storm-now-booked = { $number } series were booked, the last one { $time } after the opening.
storm-now-failed = Requests without a good answer: { $number }.
storm-now-phone = Of the series, booked by telephone: { $number }.

## Charts
storm-charts = How it went
storm-charts-lead = Times are those of the scenario, from the opening on; the dotted upright line is the opening.
storm-chart-requests = Requests a second, by kind
storm-chart-latency = Answers and the generator's own delay
storm-chart-line = The line
storm-chart-permits = Permits in use
storm-chart-then = Appointments, that day and now
storm-chart-agents = Agents on a call
storm-chart-desk = Answers to agents in calls
storm-chart-messages = Messages that arrived
storm-chart-connections = Connections
storm-unit-per-s = a second
storm-unit-ms = milliseconds; each line is ten times the one below
storm-unit-people = people
storm-unit-permits = permits
storm-unit-messages = messages
storm-unit-connections = connections
storm-time = Time
storm-table = The same in numbers
storm-p50 = half within
storm-p99 = 99 of 100 within
storm-lag = generator's delay
storm-joined = joined
storm-called = called
storm-booked = booked
storm-permits = permits
storm-agents = agents
storm-desk = Desk
storm-messages = messages
storm-connections = open
storm-opened = newly opened

## Kinds of requests
storm-kinds = Requests
storm-request = Request
storm-sent = Sent
storm-good = Good
storm-refused = Refused
storm-error-pages = Error pages
storm-no-answer = No answer
storm-max = Longest
storm-kind-join = Take a place
storm-kind-poll = Ask how it stands
storm-kind-enter = Enter
storm-kind-register = Register
storm-kind-verify = Type the code
storm-kind-proposals = Proposals
storm-kind-hold = Hold
storm-kind-book = Book
storm-kind-leave = Give back
storm-kind-availability = What is free
storm-kind-line = State of all lines
storm-kind-page = First page
storm-kind-call = Hotline's answer
storm-kind-desk-login = Desk: log in
storm-kind-desk-begin = Desk: the empty screen
storm-kind-desk-callback = Desk: next call-back
storm-kind-desk-proposals = Desk: who calls, and proposals
storm-kind-desk-hold = Desk: hold
storm-kind-desk-names = Desk: names and contact
storm-kind-desk-confirm = Desk: book
storm-kind-desk-booked = Desk: what was booked
storm-kind-desk-settle = Desk: end without a booking

## People
storm-people = What became of the people
storm-people-came = Came
storm-people-joined = Have a place in the line
storm-people-called = Were called
storm-people-entered = Entered
storm-people-booked = Persons with appointments
storm-people-phone = Of them by telephone
storm-people-promised = Callers who were promised to be rung up
storm-people-nothing-left = Were told that nothing is left
storm-people-abandoned = Went away for good, as they meant to
storm-people-chose-again = Chose again because a place had just gone
storm-people-codes = Codes typed in
storm-people-codes-missing = Codes waited for in vain
storm-people-had-one = Had appointments already

## How to read it
storm-reading = How to read this
storm-reading-latency = A time counts from the moment at which the request was due, not from when it could be sent. What waited for the generator, a connection or the service is in it.
storm-reading-lag = The generator's delay says how late it was itself. If it misses its bar, the other figures say more about the generator than about the service.
storm-reading-speed = Speed makes people faster. How often they ask while they wait stays as it is.
storm-reading-desk = An agent's call takes as long as the scenario says. Its parts are answered by the staff side, which shares no limit with citizens.
