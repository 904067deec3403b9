### The pages for staff.

## Frame
staff-service = Staff, { $region }
staff-pages-label = Pages
staff-who-label = Your session
staff-sign-out = Sign out
staff-done = Done.

## Signing in
staff-sign-in-title = Sign in
staff-sign-in-lead = This page is for staff. Appointments are on the page for the public.
staff-signed-out = You are signed out.
staff-name-label = Name
staff-password-label = Password
staff-sign-in-help = Forgotten your password? Whoever looks after the accounts gives you a new one.
staff-code-title = Code from the app
staff-code-label = Code
staff-code-hint = Six digits from your app, or one of your recovery codes.
staff-code-lost = Phone lost and no recovery codes left? Whoever looks after the accounts resets yours.

## What is wrong
staff-error-wrong = Name or password is not right.
staff-error-code = This code is not valid. Each code works once and for a short time only: please take the next one.
staff-error-too-soon = Those were many tries. Please wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
} and then try again.
staff-error-over = Please sign in again from the beginning.
staff-error-busy = Very many people are signing in right now. Please try again in a moment.
staff-error-old-password = This is not your password.
staff-error-same-password = This is the old password. Please think of another one.
staff-error-again = The two new passwords are not the same.
staff-error-password-short = The password is too short. It needs at least { $count } characters.
staff-error-password-long = The password is too long. At most 128 characters are possible.
staff-error-password-name = The password must not contain your name.
staff-error-password-common = This password is one of the first that anybody tries. Please think of another one.
staff-error-password-leaked = This password was stolen somewhere and stands in a list. Please think of another one.
staff-error-name-length = A name has 2 to 64 characters.
staff-error-name-character = A name is made of the letters a to z, digits, dot, hyphen, underscore and @.
staff-error-name-taken = There is an account of this name already.
staff-error-role = Please choose a role.
staff-error-no-centre = This role needs at least one vaccination centre.
staff-error-not-bounded = Only the role vaccination centre belongs to certain centres. Please choose none here.
staff-error-last-administrator = This is the last account that can look after accounts. Please make a second one first.

## Own account
staff-own-title = Account
staff-role-label = Role
staff-centres-label = Vaccination centres
staff-recovery-label = Recovery codes
staff-recovery-left = { $count ->
    [0] You have no recovery codes left.
    [one] You have one recovery code left.
   *[other] You have { $count } recovery codes left.
}
staff-sessions-title = Where you are signed in
staff-sessions-text = Is there anything that you do not know? End it and change your password.
staff-session-began = Signed in since
staff-session-used = Last used
staff-session-end-button = Sign out
staff-session-this = here
staff-session-since = Signed in since { $day }, { $time }
staff-sessions-which = Where do you want to sign out?
staff-sessions-others = Everywhere but here
staff-factor-label = Code from the app
staff-factor-old-label = Code from the app that you have
staff-factor-old-hint = If it is gone, take one of your recovery codes.
staff-password-title = Change password
staff-password-initial = Somebody else has made your password for you. Please think of one of your own now.
staff-password-rule = A password has at least { $count } characters. A short sentence is easy to keep in mind and hard to guess. Special characters are not needed.
staff-password-old = Present password
staff-password-new = New password
staff-password-again = New password once more
staff-password-button = Change password
staff-password-others = Everywhere else you are signed out with it.
staff-app-other = Set up another app
staff-app-title = Set up the app
staff-app-lead = Signing in takes a code from an app on your phone. So a stolen password is of no use to anybody.
staff-app-step-scan = Open an app for codes (for example FreeOTP, Aegis or that of your phone) and scan this picture with it.
staff-app-step-code = Type in below the code that the app shows.
staff-app-qr = Picture for the app. The key stands below it as text, too.
staff-app-secret = Instead of scanning the picture you can type in this key:
staff-app-here = Open the app on this device
staff-app-code-label = Code from the app
staff-app-code-hint = Six digits. A new one comes every 30 seconds.
staff-app-password-hint = Because there is an app already.
staff-app-button = Set up the app
staff-codes-title = Your recovery codes
staff-codes-lead = With one of these codes you sign in when your phone is gone. Each works once.
staff-codes-keep = Write or print the codes on paper now and keep them well. They are never shown again. Earlier recovery codes are no longer valid.
staff-codes-next = I have kept the codes
staff-recovery-title = New recovery codes
staff-recovery-text = New recovery codes replace all earlier ones.
staff-recovery-button = Make new recovery codes

## Roles
staff-role-agent = Telephone
staff-role-agent-hint = Books for people who call, and sees their data for it.
staff-role-centre = Vaccination centre
staff-role-centre-hint = Sees and serves the appointments of its own centres.
staff-role-planner = Planning
staff-role-planner-hint = Plans deliveries, slots and campaigns. Sees no people.
staff-role-operator = Operations
staff-role-operator-hint = Keeps the service running and looks after accounts. Sees no people.
staff-role-auditor = Audit
staff-role-auditor-hint = Reads the log. Changes nothing.

## Accounts
staff-accounts-title = Accounts
staff-state-label = State
staff-state-ready = in use
staff-state-initial = waits for the first login
staff-state-no-app = no app yet
staff-state-disabled = disabled
staff-account-new-title = New account
staff-account-new-button = Make the account
staff-account-name-hint = What one signs in with, for example e.muster. The name cannot be changed.
staff-account-centres-hint = For the role vaccination centre only.
staff-account-title = Account { $name }
staff-account-created = Made on
staff-account-sessions-end = With every change the account is signed out everywhere.
staff-account-duty-title = Change the role
staff-account-duty-button = Change the role
staff-account-reset-title = Reset
staff-account-reset-text = The account gets a new password. Its app and recovery codes are no longer valid. Make sure first that the right person asks for it.
staff-account-reset-button = Reset the account
staff-account-disable-title = Disable
staff-account-disable-text = Nobody can sign in with this account any more then. It is kept, because the log names it.
staff-account-disable-button = Disable the account
staff-account-enable-title = Enable again
staff-account-enable-button = Enable the account
staff-account-password-lead = This is the password for the first login. It is never shown again.
staff-account-password-text = Give it only to the person whom the account belongs to. It is good for three days and is changed at the first login.

## Log
staff-log-title = Audit log
staff-log-count = { $count ->
    [0] The log is still empty.
    [one] The log has one line.
   *[other] The log has { $count } lines.
}
staff-log-text = Here it says who has signed in, who has seen or changed whose data, and who has changed accounts. People and accounts stand with their number, not with their name. The newest line is on top.
staff-log-head = Code of all lines up to here. Whoever writes it down can see later with “dran audit log verify” whether anything before it was changed:
staff-log-older = Older lines
