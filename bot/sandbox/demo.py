"""What the demo shows: a contract, and an instruction that brings exactly three changes."""

from typing import Final

DOCUMENT_NAME: Final = "Supply agreement.html"

INSTRUCTION: Final = (
    "Extend the payment term to 60 days, add a clause on data protection after clause 8.2 "
    "and remove the exclusivity clause"
)
"""One edited figure, one new clause, one deletion."""

CONTRACT_HTML: Final = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Supply agreement</title></head>
<body>
<h1>Supply agreement</h1>
<p>This agreement is made on 12 January 2026 between <strong>Northwind Components GmbH</strong>, Hamburg
(the “Supplier”), and <strong>Fabrikam Machines Ltd</strong>, Leeds (the “Buyer”).</p>

<h2>1. Subject</h2>
<p>1.1 The Supplier sells and delivers to the Buyer the components listed in clause 3, in the quantities that the
Buyer orders under clause 2.</p>
<p>1.2 The general terms of either party do not apply, even where an order or a confirmation refers to them.</p>

<h2>2. Orders and delivery</h2>
<p>2.1 The Buyer places each order in writing, stating item, quantity and wanted date. The Supplier confirms or
refuses it within 3 working days; an order that is not refused in time is accepted.</p>
<p>2.2 Deliveries are made DAP Leeds (Incoterms 2020). The Supplier shall tell the Buyer of any expected delay as
soon as it knows of it.</p>
<p>2.3 If a delivery is more than 10 working days late, the Buyer may cancel the order without cost.</p>

<h2>3. Prices</h2>
<p>3.1 The following net prices apply for twelve months from the date of this agreement:</p>
<table>
<thead><tr><th>Item</th><th>Unit</th><th>Price (EUR)</th></tr></thead>
<tbody>
<tr><td>Bearing housing BH-40</td><td>piece</td><td>184.50</td></tr>
<tr><td>Drive shaft DS-12</td><td>piece</td><td>412.00</td></tr>
<tr><td>Sealing kit SK-3</td><td>set of 10</td><td>58.90</td></tr>
</tbody>
</table>
<p>3.2 After that time either party may ask for new prices, once a year and with a notice of three months.</p>

<h2>4. Payment</h2>
<p>4.1 The Buyer shall pay each invoice within <strong>30 days</strong> of receiving it. The day on which the
Supplier’s bank is credited counts.</p>
<p>4.2 Sums that are paid late bear interest of 5&nbsp;% a year above the base rate of the European Central Bank.</p>

<h2>5. Exclusivity</h2>
<p>5.1 For the term of this agreement the Buyer shall obtain components of the kind listed in clause 3 from the
Supplier only.</p>

<h2>6. Quality and defects</h2>
<p>6.1 The components must conform to the drawings that the parties have signed. The Buyer inspects each delivery
within 10 working days and reports visible defects in that time.</p>
<p>6.2 The Supplier shall, at the Buyer’s choice, repair or replace a defective component without cost. Claims for
defects lapse 24 months after delivery.</p>

<h2>7. Liability</h2>
<p>7.1 Neither party is liable for loss of profit, unless it acted with intent or gross negligence.</p>
<p>7.2 In all other cases liability is limited to the value of the orders placed in the preceding twelve months.</p>

<h2>8. Confidentiality</h2>
<p>8.1 Each party keeps secret what it learns about the other’s business, and uses it for this agreement only.</p>
<p>8.2 This duty continues for three years after the agreement has ended. It does not apply to what was public or
becomes public without a breach.</p>

<h2>9. Term and end</h2>
<p>9.1 This agreement runs for three years. It is then extended by one year at a time, unless a party gives notice
six months before the end.</p>
<p>9.2 Either party may end it at once for good cause, in particular where:</p>
<ul>
<li>the other party is insolvent;</li>
<li>invoices of more than EUR 50,000 have been unpaid for 60 days;</li>
<li>a breach continues 30 days after a written warning.</li>
</ul>

<h2>10. Final provisions</h2>
<p>10.1 Changes to this agreement, including to this clause, must be in writing and signed by both parties.</p>
<p>10.2 German law applies, without the UN Convention on Contracts for the International Sale of Goods. The courts of
Hamburg have jurisdiction.</p>
</body>
</html>
"""
"""A supply agreement of about two pages: numbered clauses, a table, a list."""
