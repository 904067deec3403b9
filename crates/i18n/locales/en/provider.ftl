### Signing in at an identity provider of the state or the operator.

provider-button = Sign in with { $name }
provider-lead = Do you have access at { $name }? Then you need no password of your own here.
provider-arrived-title = You are signed in
provider-error-away = { $name } does not answer at the moment. Please try again in a minute, or sign in here with name and password.
provider-error-ended = Signing in with { $name } was stopped. You can begin again.
provider-error-again = This sign-in with { $name } is no longer good. Please begin again.
provider-error-role = { $name } gives you no task at this workplace. Please ask whoever looks after your access there.
provider-error-account = There is no account here that you can use. Please ask whoever looks after the accounts here.
