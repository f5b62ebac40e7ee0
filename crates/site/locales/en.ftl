brand = Janchi
frame-skip = Skip to the content
frame-menu = Menu
frame-logout = Log out
frame-other-language = 한국어
frame-about = Janchi draws the winners of neighbourhood shop events so that anyone can check.

people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
count-events = { $n }
won = KRW { $n }
won-ten-thousands = KRW { $n }0,000
particle-sample = You get { $what }.

field-optional = (optional)
field-required = [required]
field-choice = [optional]
password-hint = At least 8 characters with a letter, a digit and a symbol.

message-not-found = This page is not here
message-not-found-text = The address may have changed or may be mistyped. If you are looking for an event, enter its code.
message-method = Nothing can be sent to this address
message-method-text = Please start again from the first page.
message-large = That was too large
message-large-text = A picture may have up to 10 MB. Please go back and send a smaller one.
message-unread = That could not be read
message-unread-text = The connection may have broken off. Please go back and send it again.
message-no-file = Please choose a picture first
message-no-file-text = Go back, choose the picture to upload, and press again.
message-away = We are taking a short break
message-again = Try again
message-to-code = Enter an event code
message-forged = Please press once more
message-forged-text = The page was open for too long, or cookies are switched off. To be safe, nothing was sent.
problem-away = There was no answer just now. Please try again in about { $seconds } seconds.

code-title = Which code do you have?
code-lead = The digits you heard on TV or on the phone, or the letters on a poster.
code-label = Code
code-hint = Spaces and capital letters do not matter.
code-send = Show the event
code-empty = Please enter a code.
code-unknown = There is no such code. Please check it letter by letter. The code of an event that is over may be gone.
code-where = Where to find the code
code-where-tv = Local TV and Genie TV: six digits at the bottom of the screen
code-where-phone = Ring-back tone: six digits that are read out
code-where-poster = Poster in the shop: eight letters beside the QR code

join-prizes = Prizes
join-period = Period
join-winners = Winners
join-odds = Your chance
join-ai-picture = This picture was made with AI
join-form = Enter
join-phone = Mobile number
join-phone-hint = The shop calls this number if you win.
join-name = Name or nickname
join-visit = Visit code
join-visit-hint = In the shop right now? Type the code at the counter. Your entry then counts { $weight } times.
join-trap = Leave this empty
join-consents = Please confirm
join-over14 = I am 14 years or older
join-privacy = I agree to the use of my personal data
join-privacy-what = What
join-privacy-what-text = Mobile number and, if given, name or nickname
join-privacy-why = What for
join-privacy-why-text = One entry per person, the draw, telling winners
join-privacy-how-long = How long
join-privacy-how-long-text = Deleted on a fixed day after the event. The date is on your receipt.
join-privacy-refuse = Your right to refuse
join-privacy-refuse-text = You may refuse, but then you cannot enter.
join-marketing = { $store } may send me news and advertisements
join-send = Enter now
join-free = Entering is free. You do not have to buy anything.
join-how = How winners are drawn
join-how-even = When the event is over, the list of entries is frozen, and { people } are drawn with a random value that was promised at the start. Every entry has the same chance.
join-how-bonus = When the event is over, the list of entries is frozen, and { people } are drawn with a random value that was promised at the start. An entry confirmed in the shop counts { $weight } times; otherwise every entry has the same chance.
join-commitment = This promise was published at the start, so that nobody can change the random value.
join-draw-page = More about the promise
join-draw-done = See the result and its proof
join-notes = Good to know
join-from-to = { $from } – { $to }
join-until = until { $to }
join-from = from { $from }
join-no-period = To be announced
join-last-day = Last day
join-days-left = { $days ->
    [one] { $days } day left
   *[other] { $days } days left
}
join-odds-first = You would be the first to enter
join-odds-now = { $n ->
    [one] { $n } person has entered; about { $percent } if you enter now
   *[other] { $n } people have entered; about { $percent } if you enter now
}
join-odds-over = { $n ->
    [one] { $n } person entered; the chance was about { $percent }
   *[other] { $n } people entered; the chance was about { $percent }
}
join-odds-nobody = Nobody entered
join-odds-tiny = under 0.1%
join-soon = Not open yet
join-soon-text = Once it opens you can enter on this page.
join-soon-when = It opens on { $when }. You can enter on this page then.
join-over = Entries are closed
join-over-text = Thank you for your interest. The draw follows soon.
join-over-when = It closed on { $when }. Thank you for your interest.
join-drawn = The draw is done
join-drawn-text = Anyone can compute the result again.
join-cancelled = This event was cancelled
join-cancelled-text = The shop had to cancel it. Entries will not be drawn.
join-have = You have entered with this device
join-have-text = Your receipt shows your entry number and the result.
join-to-receipt = Show the receipt
join-left = Your entry is deleted
join-left-text = Nothing of it is left. You may enter again if you change your mind.
join-already = You have already entered
join-already-text = There is an entry with this number. One entry per phone number, so that one takes part in the draw.
join-busy = It could not be sent just now
join-check = Please check what is marked
join-check-text = What you typed is still there. Only the marked places need a change.
join-refused = Your entry was not taken
join-forged = The page was open for too long, or cookies are switched off. What you typed is still there: please press again.
join-trapped = Autofill filled in a hidden field
join-trapped-text = It tells people from programs. We have emptied it: please press once more.
join-unknown = There is no such event
join-unknown-text = Please check the address or the code letter by letter.
join-note-age = You must be 14 years or older to enter.
join-note-once = One entry per phone number.
join-note-phone = Your number is used for the draw and for telling winners only, and is deleted on a fixed day after the event.
join-note-free = Entering is free and needs no purchase.
join-note-tax = For prizes above KRW 50,000 winners may have to pay tax.
join-note-ai = This page shows pictures made with AI.

receipt-title = Receipt
receipt-entered-title = You are in!
receipt-won = Congratulations, you won!
receipt-alternate = You are on the waiting list
receipt-lost = The draw is done
receipt-number = Entry number
receipt-entered = Entered
receipt-weight = Counts
receipt-times = { $n ->
    [one] once
   *[other] { $n } times
}
receipt-result = Result
receipt-result-pending = Waiting for the draw
receipt-result-won = Won
receipt-result-alternate = Waiting list
receipt-result-lost = Not this time
receipt-won-prize = You get: { $prize }
receipt-won-plain = You have won
receipt-won-text = { $store } calls the number you entered with. Be careful with messages from anybody else.
receipt-alternate-note = If a winner drops out, the next on the list moves up
receipt-alternate-text = The shop calls you then, and the result shows here.
receipt-lost-note = You did not win this time
receipt-lost-text = Thank you for taking part. Whether the draw was fair can be checked below.
receipt-keep = Take a screenshot of this page. In this browser you can open it again at any time.
receipt-visit = Are you in the shop?
receipt-visit-text = Type the code at the counter for a better chance. It changes every 30 seconds.
receipt-visit-send = Confirm my visit
receipt-visited = Your visit is confirmed
receipt-visited-text = Your entry now counts { $weight } times.
receipt-visit-refused = Your visit could not be confirmed
receipt-proof = What proves your entry
receipt-proof-text = The list of the draw shows marks instead of names. Keep these values, and nobody can drop or change your entry.
receipt-place = Number { $place } on the frozen list of { $count }
receipt-tag = Your mark
receipt-nonce = Value only you know
receipt-commitment = Promise of the draw
receipt-save = Save the proof as a file
receipt-draw = Show the draw
receipt-data = Your data
receipt-destroyed = Your number and name are deleted on { $day }.
receipt-withdraw = I want to delete my entry
receipt-none = There is no receipt in this browser
receipt-none-text = A receipt is only in the browser that you entered with. If that was another device or app, open it there.
receipt-to-event = Show the event
receipt-ended = This receipt has ended
receipt-ended-text = The entry was deleted by you, or on its day of deletion.

withdraw-title = Delete your entry?
withdraw-lead = This cannot be undone.
withdraw-gone = Your number, name and entry are deleted at once.
withdraw-again = You may enter again while the event is open.
withdraw-frozen = Once the list is frozen it cannot be deleted any more; it is then deleted on its day.
withdraw-send = Yes, delete it
withdraw-keep = Keep it
withdraw-refused = It was not deleted

draw-title = Draw of { $store }
draw-committed = The draw is promised
draw-frozen = The list of entries is frozen
draw-drawn = The draw is done
draw-committed-lead = winners are drawn when the event is over
draw-frozen-lead = nobody can change the list any more
draw-drawn-lead = anyone can compute it again
draw-steps = Steps of the draw
draw-step-committed = Promise
draw-step-frozen = List frozen
draw-step-drawn = Draw
draw-step-later = Not yet
draw-winners = Winners
draw-masked = Winners show by their mark alone. Yours is on your receipt.
draw-nobody = Nobody entered, so nobody won.
draw-alternates = Waiting list: { people }
draw-more = { $n ->
    [one] { $n } more winner is in the proof file.
   *[other] { $n } more winners are in the proof file.
}
draw-forfeit = Prize given on: { $reason }
draw-before = Not drawn yet
draw-before-text = The random value that decides was made when the event opened, and its fingerprint (the promise) is shown here. After the draw the value is published, and anyone can compare.
draw-verify = Check it yourself
draw-verify-text = One public file is enough to compute list, promise and winners again from the start.
draw-verify-here = Compute it in this browser
draw-verify-own = To check on your own computer, download the file and run:
draw-bundle = Download the proof file
draw-numbers = Published values
draw-rule-winners = Winners
draw-rule-entries = Entries
draw-rule-mode = Chances
draw-uniform = the same for all
draw-weighted = visits count more
draw-commitment = Promise (fingerprint of the random value)
draw-rules-hash = Fingerprint of the rules
draw-root = Fingerprint of the list
draw-seed = Random value
draw-means = What is proved
draw-means-seed = The random value was fixed before the first entry and has not changed.
draw-means-list = The list was frozen before the draw; nobody came or went since.
draw-means-own = Whoever holds a receipt can check that the own entry is on the list.
draw-means-no-beacon = No outside randomness was used, so it is not proved that the first random value was not picked out of several.
draw-event = Show the event

verify-working = Computing…
verify-away = The proof file could not be loaded. Please press again in a moment.
verify-good = Everything fits. The same winners ({"{winners}"}) and waiting list ({"{alternates}"}) follow from {"{entries}"} entries.
verify-early = Everything published so far fits. After the draw the winners can be computed as well.
verify-frozen = The frozen list of {"{entries}"} entries fits its fingerprint. After the draw the winners can be computed as well.
verify-bad = Something does not fit
verify-version = The proof file is of an unknown kind.
verify-shape = A value is missing or unreadable.
verify-times = The times are not in order.
verify-commitment = The random value does not fit the promise.
verify-rules = The rules do not fit their fingerprint.
verify-against-rules = The draw did not follow its rules.
verify-order = The list is out of order or names an entry twice.
verify-root = The list does not fit its fingerprint.
verify-winner-count = The number of winners is not that of the rules.
verify-winners = The winners are not those that were computed.
verify-alternates = The waiting list is not the one that was computed.
verify-forfeits = The records of prizes given on do not fit the list.

login-title = Owner login
login-lead = Use your mobile number or e-mail address.
login-id = Mobile number or e-mail address
login-password = Password
login-send = Log in
login-forgotten = Forgotten your password?
login-to-signup = I am new, sign me up
login-refused = You are not logged in
login-throttled = Please wait a little
login-reset = Your password is changed
login-reset-text = You are logged out everywhere. Please log in with the new password.
login-left = You are logged out
login-left-text = See you next time.
login-ended = Your login has ended
login-ended-text = Log in again and you are back where you were.

reset-title = Find your password
reset-lead = We send a link to your registered number with which you choose a new one.
reset-send = Send the link
reset-to-login = Back to the login
reset-sent = Please check your messages
reset-sent-text = If there is such an account, a link arrives soon. It works once, within 30 minutes. If none comes, please check the number.
reset-new-title = Choose a new password
reset-new-lead = You will be logged out on every device.
reset-new = New password
reset-new-send = Change the password
reset-over = This link cannot be used
reset-again = Send another link

signup-title = Sign up
signup-steps = Steps of signing up
signup-step-1 = Business
signup-step-2 = Shop
signup-step-3 = You
signup-of-three = Step { $n } of 3
signup-1 = What is your business number?
signup-1-lead = We ask the tax office whether the business is open.
signup-2 = What kind of shop is it?
signup-2-lead = It shows on your events and posters just like this.
signup-3 = Last step
signup-3-lead = Choose what you log in with.
signup-number = Business registration number
signup-number-hint = Ten digits, for example 123-45-67890
signup-suspended = This business is suspended. Please sign up once it is open again.
signup-closed = This business is closed. Please check the number.
signup-not-registered = The tax office does not know this number. Please check the ten digits.
signup-pending = We check the business later
signup-pending-text = The tax office does not answer right now. You can go on; nothing else is needed from you.
signup-verified = The tax office says this business is open
signup-store = Name of the shop
signup-store-missing = Please enter the shop's name.
signup-industry = Kind of business
signup-industry-missing = Please choose the kind of business.
signup-region = Region
signup-region-missing = Please choose the region.
signup-address = Address
signup-address-missing = Please enter the address.
signup-store-phone = Phone of the shop
signup-hours = Opening hours
signup-hours-hint = For example daily 11:00–22:00
signup-choose = Please choose
signup-name = Your name
signup-phone = Mobile number
signup-email = E-mail address
signup-next = Next
signup-send = Sign up
signup-known = You seem to be with us already
signup-known-text = There is an account with what is marked below.
signup-to-login = I have an account, log me in

home-title = Home
home-sentence-none = Ready for your first event
home-sentence-quiet = { $n ->
    [one] No event is running. { $n } person has entered so far
   *[other] No event is running. { $n } people have entered so far
}
home-sentence-running = { $events ->
    [one] One event is running, with { $people } entries in all so far
   *[other] { $events } events are running, with { $people } entries in all so far
}
home-sentence-events = { $n ->
    [one] You have one event
   *[other] You have { $n } events
}
home-welcome = Welcome to Janchi!
home-welcome-text = Your shop's events show here from now on.
home-failed = “{ $event }” could not be published
home-failed-text = Everything that was up has been taken down. Mend it and approve it again.
home-pending = Your business is still being checked
home-pending-text = We ask the tax office again. Nothing else is needed from you.
home-partial = The results could not be loaded
home-partial-text = Your events are fine. The numbers come back in a moment.
home-total-events = Events
home-total-people = Entries
home-total-visited = Visits
home-total-cost = Spent
home-group-running = Running
home-group-failed = Needs your attention
home-group-scheduled = Opening soon
home-group-draft = Drafts
home-group-over = Over
home-empty = No events yet
home-empty-text = Once you make one, its progress and entries show here.
home-all = Search events
home-all-more = Show all events
event-untitled = Event without a title
event-no-period = No period yet
event-page = What customers see
events-title = Events
events-count = { $n } in all
events-search = Title or description
events-status = State
events-objective = Goal
events-any = All
events-find = Search
events-none-found = No event fits
events-clear = Clear the filters
events-next = Next 20
status-DRAFT = Draft
status-PUBLISHING = Publishing
status-SCHEDULED = Opening soon
status-ONGOING = Running
status-ENDED = Over
status-PUBLISH_FAILED = Not published
status-CANCELLED = Cancelled
objective-NEW_CUSTOMERS = New customers
objective-REVISIT = Come again
objective-SALES = Sales
objective-AWARENESS = Be known

style-title = How Janchi looks
style-lead = Every page is made of these pieces.
style-colours = Colours
style-type = Type
style-buttons = Buttons
style-notices = Notices
style-fields = Fields
style-pieces = Pieces
style-icons = Icons
style-notice = Please note
style-sentence = A feast in the neighbourhood, drawn so that anyone can check.
style-error = Please check this again.

offline-title = There is no network just now
offline-text = You can go on as soon as it is back. The home, the results and the counter open as you last saw them.
offline-home = Open the home
offline-kept = There is no network: this is what you last saw
offline-seen = As of
home-install = Keep it like an app
home-install-text = Put it on your phone's first screen and open it without typing an address.
