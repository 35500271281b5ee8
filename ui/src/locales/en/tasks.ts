// Rows to verify.
export default {
  stage: {
    open: 'To verify',
    answered: 'Verified',
    returned: 'Returned',
    taken_back: 'Taken back',
  },
  way: {
    phone: 'By phone',
    door: 'At the door',
  },
  outcome: {
    found: 'spoke to them',
    not_found: 'nobody of that name',
    moved: 'moved away',
    refused: 'refused',
    wrong_person: 'somebody else',
    no_answer: 'no answer',
  },
}
